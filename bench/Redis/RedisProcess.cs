using System.Diagnostics;
using System.Globalization;
using RawSse.Bench.Native;
using RawSse.Bench.Peers;

namespace RawSse.Bench.Redis;

/// <summary>A redis-server of our own on a free port of 127.0.0.1, in memory only; killed in the end.</summary>
internal sealed class RedisProcess : IDisposable
{
    public const string Program = "redis-server";

    private readonly ServerProcess _process;

    /// <summary>What to install; null: it can be started.</summary>
    public static string? Missing => Executables.Find(Program) is null
        ? $"{Program} is not on the PATH (apt-get install redis-server)"
        : null;

    public RedisProcess()
    {
        int port = ServerProcess.FreePort();
        // A subscriber that cannot follow a flood is to be measured, not dropped.
        string[] arguments = [
            "--port", port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no",
            "--client-output-buffer-limit", "pubsub 0 0 0"];
        _process = new ServerProcess(new ProcessStartInfo(Program, arguments), port, cpu: null, readyRequest: null);
    }

    public int Port => _process.Port;

    public int Pid => _process.Pid;

    public string Url => string.Create(CultureInfo.InvariantCulture, $"redis://127.0.0.1:{Port}");

    /// <summary>CPU that it has used, ns.</summary>
    public long Cpu => CpuClock.OfProcess(_process.Pid);

    public void Dispose() => _process.Dispose();
}
