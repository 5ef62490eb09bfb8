using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using RawSse.Bench.Load;

namespace RawSse.Bench.Peers;

/// <summary>The bare loop in C, compiled with gcc -O2 from bench/Peers/floor.c; what the C# one is checked against.</summary>
internal sealed class FloorCPeer : Peer
{
    private string? _executable;

    public override string Name => "floor-c";

    public override bool HasChannels => false;

    public override string? Missing =>
        !File.Exists(Source) ? $"{Source} is not there" : IsGccThere() ? null : "gcc is not installed";

    private static string Source => Path.Combine(Repository.Root, "bench", "Peers", "floor.c");

    protected override ProcessStartInfo Command(int port, int connections) =>
        new(_executable ??= Compile(), [port.ToString(CultureInfo.InvariantCulture)]);

    private static string Compile()
    {
        string output = Path.Combine(AppContext.BaseDirectory, "floor-c");
        using Process gcc = Process.Start("gcc", ["-O2", "-w", "-o", output, Source]);
        gcc.WaitForExit();
        return gcc.ExitCode == 0 ? output : throw new LoadException($"gcc could not compile {Source}.");
    }

    private static bool IsGccThere()
    {
        try
        {
            using Process gcc = Process.Start(new ProcessStartInfo("gcc", ["--version"]) { RedirectStandardOutput = true })!;
            gcc.StandardOutput.ReadToEnd();
            gcc.WaitForExit();
            return gcc.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
