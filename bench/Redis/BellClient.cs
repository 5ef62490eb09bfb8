using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using RawSse.Bench.Load;
using RawSse.Bench.Peers;

namespace RawSse.Bench.Redis;

/// <summary>The runner's side of a listener's process, which is this executable started again, and its flood.</summary>
internal sealed class BellClient : IDisposable
{
    public const string RawSse = "rawsse";
    public const string StackExchange = "stackexchange";

    /// <summary>Before this the process takes its account.</summary>
    private static readonly TimeSpan s_begin = TimeSpan.FromMilliseconds(50);

    private readonly Process _process;
    private readonly BellFlood _flood;

    public BellClient(string listener, int redisPort, SampleEvent sample)
    {
        Name = listener;
        string channel = $"bells-{listener}";
        ProcessStartInfo start = ServerProcess.Self(["bells", listener, redisPort.ToString(CultureInfo.InvariantCulture), channel]);
        start.RedirectStandardInput = start.RedirectStandardOutput = true;
        _process = ServerProcess.StartPinned(start, cpu: null);
        Expect(BellProcess.Ready);
        _flood = new BellFlood(redisPort, channel, sample);
    }

    public string Name { get; }

    /// <summary>Floods it, or rings so many times a second, and waits until it has appended all.</summary>
    public BellReport Ring(int count, int? perSecond)
    {
        _process.StandardInput.WriteLine(_flood.IdAfter(count));
        _process.StandardInput.Flush();
        Expect(BellProcess.Begun);
        Thread.Sleep(s_begin);
        _flood.Publish(count, perSecond);
        var report = JsonSerializer.Deserialize<BellReport>(ReadLine(), LoadProcess.Json)!;
        return report.Error is null ? report : throw new LoadException($"{Name}: {report.Error}");
    }

    public void Dispose()
    {
        _flood.Dispose();
        _process.StandardInput.Close();
        if (!_process.WaitForExit(TimeSpan.FromSeconds(10))) _process.Kill();
        _process.Dispose();
    }

    private void Expect(string word)
    {
        string line = ReadLine();
        if (line != word) throw new LoadException($"{Name} said {line} instead of {word}");
    }

    private string ReadLine() => _process.StandardOutput.ReadLine() ?? throw new LoadException($"The process of {Name} ended.");
}
