using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace RawSse.Server.Channels;

/// <summary>
/// Checks what must hold of state that connections share. A broken one stops the process: going on could send one
/// client's bytes to another, and a restart loses nothing that was acknowledged to the store.
/// </summary>
internal static class Invariant
{
    /// <summary>How a broken invariant ends the process; tests replace it to see that a detector detects.</summary>
    internal static Action<string> Broken { get; set; } = static message => Environment.FailFast("RawSse invariant broken: " + message);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Must([DoesNotReturnIf(false)] bool holds, string what)
    {
        if (!holds)
            Break(what);
    }

    [DoesNotReturn, MethodImpl(MethodImplOptions.NoInlining)]
    private static void Break(string what)
    {
        Broken(what);
        throw new InvalidOperationException(what);
    }
}
