using System.Diagnostics;
using RawSse.Redis.Tests.Support;

namespace RawSse.Redis.Tests.Traffic;

/// <summary>
/// A scenario's traffic: 300 subscribers and 200 events/s through the proxy while something is done to the servers; then the
/// oracle's judgement.
/// </summary>
internal sealed class TrafficRun
{
    private const int Subscribers = 300;
    private const int EventsPerSecond = 200;
    private const int ChannelCount = 10;
    private static readonly TimeSpan Before = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan After = TimeSpan.FromSeconds(4);

    public static readonly string[] Channels = [.. Enumerable.Range(0, ChannelCount).Select(i => $"c{i}")];

    public required Fleet Fleet { get; init; }

    /// <summary>Reads a channel's entries when the traffic has ended.</summary>
    public required Func<string, Task<StoredEntry[]>> Truth { get; init; }

    public GapRule Rule { get; init; } = GapRule.None;

    /// <summary>Whether the store may have lost what it had acknowledged.</summary>
    public bool LosesAcknowledged { get; init; }

    public TimeSpan AtLeast { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The judgement, after <see cref="RunAsync"/>.</summary>
    public Oracle Oracle { get; private set; } = null!;

    public IReadOnlyCollection<(string Channel, string Data, EventId Id)> Acknowledged { get; private set; } = [];

    /// <summary>Publishes that were repeated: shows that something happened.</summary>
    public int Repeats { get; private set; }

    /// <summary>Runs the traffic, and <paramref name="disturb"/> in the middle of it; fails the test when the promise was broken.</summary>
    public async Task RunAsync(Func<Task> disturb)
    {
        IReadOnlyList<string> faults = await ObserveAsync(disturb);
        Assert.That(faults, Is.Empty, () => $"{faults.Count} faults:\n{string.Join('\n', faults.Take(30))}\n{Fleet.Log}");
    }

    /// <summary>As <see cref="RunAsync"/>, but returns what broke the promise.</summary>
    public async Task<IReadOnlyList<string>> ObserveAsync(Func<Task> disturb)
    {
        using var publisher = new TrafficPublisher(Fleet.Endpoint, Channels, EventsPerSecond);
        using var stop = new CancellationTokenSource();
        var clock = Stopwatch.StartNew();
        Task publishing = publisher.RunAsync(stop.Token);
        await using var crowd = new Crowd(Fleet.Endpoint, Channels, Subscribers, Seed.Take());
        try
        {
            await crowd.PlacedAsync();
            await Task.Delay(Before);
            await disturb();
            await Task.Delay(Max(After, AtLeast - clock.Elapsed));
        }
        catch
        {
            TestContext.Out.WriteLine(Fleet.Log);
            throw;
        }
        finally
        {
            await stop.CancelAsync();
            await publishing;
        }
        Dictionary<string, StoredEntry[]> truth = [];
        foreach (string channel in Channels) truth[channel] = await Truth(channel);
        bool settled = await crowd.SettleAsync(record =>
            truth[record.Channel] is not [.., { } last] || record.Position.CompareTo(last.Id) >= 0);
        await crowd.StopAsync();
        Judge(truth, crowd, publisher);
        TestContext.Out.WriteLine($"{truth.Values.Sum(t => t.Length)} entries, {Acknowledged.Count} acknowledged, {Repeats} repeats, {Oracle.Delivered} delivered, "
            + $"{crowd.Members.Sum(m => m.Connections)} connections, {Oracle.Vanished} vanished, {Oracle.Gaps} gaps, {Oracle.Excused} excused, {clock.Elapsed.TotalSeconds:F1} s");
        foreach ((string why, int count) in publisher.Repeats) TestContext.Out.WriteLine($"repeated {count} times: {why}");
        string[] late = settled ? [] : ["what came last was not there in time"];
        return [.. publisher.Complaints, .. crowd.Members.SelectMany(m => m.Complaints), .. Oracle.Faults, .. Fleet.Nodes.SelectMany(n => n.Bugs), .. late];
    }

    private void Judge(Dictionary<string, StoredEntry[]> truth, Crowd crowd, TrafficPublisher publisher)
    {
        Oracle = new Oracle(truth, Rule);
        Acknowledged = publisher.Acknowledged;
        Repeats = publisher.Repeats.Values.Sum();
        if (!LosesAcknowledged)
            foreach ((string channel, string data, EventId id) in Acknowledged) Oracle.JudgeAcknowledged(channel, data, id);
        foreach (Subscriber member in crowd.Members)
            foreach (ChannelRecord record in member.Records) Oracle.Judge(record);
    }

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
