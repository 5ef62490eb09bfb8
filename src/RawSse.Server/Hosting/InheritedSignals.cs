using System.Runtime.InteropServices;

namespace RawSse.Server.Hosting;

/// <summary>
/// A shell without job control starts what it puts in the background with SIGINT ignored (POSIX, XCU 2.11), and the runtime
/// then registers no handler for it: <c>kill -INT</c> from a script would do nothing. The contract says that it ends the
/// server, so the process takes the signal back before it registers.
/// </summary>
internal static partial class InheritedSignals
{
    // The same number and the same two values on Linux, macOS and the BSDs.
    private const int Interrupt = 2;
    private const nint Default = 0;
    private const nint Ignore = 1;

    /// <summary>Call before the first registration for the signal: it replaces whatever handles it.</summary>
    public static void RestoreInterrupt()
    {
        if (OperatingSystem.IsWindows())
            return;
        nint before = Signal(Interrupt, Default);
        if (before is not (Default or Ignore))
            _ = Signal(Interrupt, before);
    }

    [LibraryImport("libc", EntryPoint = "signal")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint Signal(int signal, nint handler);
}
