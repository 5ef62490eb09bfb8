using System.Diagnostics;
using RawSse.Bench.Load;
using RawSse.Bench.Load.Fleet;
using RawSse.Bench.Peers;

namespace RawSse.Bench.Scenarios;

/// <summary>A time of churn on some channels, until all have read to the end and everything is closed; both phases are alike.</summary>
internal sealed class SoakPhase(ServerProcess server, Peer peer, int dataBytes)
{
    public const int Channels = 8;
    public const int ClientsPerChannel = 40;
    public const double RatePerChannel = 25;

    private static readonly TimeSpan s_endPatience = TimeSpan.FromSeconds(15);

    private readonly int[] _lastNumbers = new int[Channels];
    private string? _problem;

    public SoakTally Tally { get; private set; } = new();

    /// <param name="seconds">of churn</param>
    /// <param name="seed">of the clients' random lives</param>
    /// <param name="look">called about once a second</param>
    public void Run(double seconds, int seed, Action<double> look)
    {
        using var stopping = new CancellationTokenSource();
        List<SoakClient>[] clients = [.. Enumerable.Range(0, Channels).Select(channel => Enumerable.Range(0, ClientsPerChannel)
            .Select(i => new SoakClient(HttpTarget.Of(server.Port, peer.StreamPath(Channel(channel))), seed + channel * ClientsPerChannel + i)).ToList())];
        Task[] churning = [.. clients.SelectMany(each => each).Select(client => client.Churn(stopping.Token))];
        Thread[] publishers = [.. Enumerable.Range(0, Channels).Select(channel => new Thread(() => Publish(channel, seconds)))];
        foreach (Thread publisher in publishers) publisher.Start();
        for (var passed = Stopwatch.StartNew(); publishers.Any(publisher => publisher.IsAlive);)
        {
            look(passed.Elapsed.TotalSeconds);
            Thread.Sleep(1000);
        }
        stopping.Cancel();
        Task.WaitAll(churning);
        if (_problem is { } problem) throw new LoadException(problem);
        Task<long>[] endings = [.. clients.SelectMany((each, channel) => each.Select(client => client.ReadToEnd(_lastNumbers[channel], s_endPatience)))];
        Task.WaitAll(endings);
        foreach (SoakClient client in clients.SelectMany(each => each)) Add(client);
        Tally = Tally with { Lost = Tally.Lost + endings.Sum(ending => ending.Result), Published = _lastNumbers.Sum(last => (long)last) };
    }

    private static string Channel(int index) => $"soak:{index}";

    private void Publish(int channel, double seconds)
    {
        try
        {
            var schedule = new EventSchedule(
                Stopwatch.GetTimestamp(), _lastNumbers[channel] + 1, RatePerChannel, (int)(seconds * RatePerChannel), int.MaxValue);
            PublishRequest request = PublishRequest.Of(peer, server, Channel(channel), dataBytes);
            PublishLoop.PublishAll(request, schedule);
            _lastNumbers[channel] = schedule.LastNumber;
        }
        catch (Exception e) when (e is LoadException or System.ComponentModel.Win32Exception)
        {
            _problem = e.Message;
        }
    }

    private void Add(SoakClient client) => Tally = Tally with
    {
        Connects = Tally.Connects + client.Connects,
        Resumes = Tally.Resumes + client.Resumes,
        Events = Tally.Events + client.Events,
        Lost = Tally.Lost + client.Lost,
        Repeated = Tally.Repeated + client.Repeated,
        Surprises = Tally.Surprises + client.Surprises,
    };
}
