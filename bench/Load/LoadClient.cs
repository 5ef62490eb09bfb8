using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using RawSse.Bench.Peers;

namespace RawSse.Bench.Load;

/// <summary>The runner's side of a load process, which is this executable started again on the client's CPU, if it has one.</summary>
internal sealed class LoadClient : IDisposable
{
    private readonly Process _process;

    /// <param name="publishPort">where events are published, when that is another server than the one that has the streams</param>
    public LoadClient(ServerProcess server, int? cpu, bool isSpinning, int? publishPort = null)
    {
        IEnumerable<string> ports = new[] { server.Port, publishPort ?? server.PublishPort }
            .Select(number => number.ToString(CultureInfo.InvariantCulture));
        ProcessStartInfo start = ServerProcess.Self(["load-process", .. ports, server.Account.ToString(), isSpinning ? "spin" : "sleep"]);
        start.RedirectStandardInput = start.RedirectStandardOutput = true;
        _process = ServerProcess.StartPinned(start, cpu);
    }

    /// <summary>Runs one command; a failure is thrown.</summary>
    public LoadReport Execute(LoadCommand command)
    {
        Begin(command);
        return End();
    }

    /// <summary>Starts a command whose report <see cref="End"/> waits for, so that two processes can work at once.</summary>
    public void Begin(LoadCommand command)
    {
        _process.StandardInput.WriteLine(JsonSerializer.Serialize(command, LoadProcess.Json));
        _process.StandardInput.Flush();
    }

    public LoadReport End()
    {
        string line = _process.StandardOutput.ReadLine() ?? throw new LoadException("A load process ended.");
        var report = JsonSerializer.Deserialize<LoadReport>(line, LoadProcess.Json)!;
        return report.Error is null ? report : throw new LoadException(report.Error);
    }

    /// <summary>Its standard input ends, so it does; its streams are closed by the kernel.</summary>
    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(TimeSpan.FromSeconds(10))) _process.Kill();
        _process.Dispose();
    }
}
