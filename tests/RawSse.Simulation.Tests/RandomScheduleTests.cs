using System.Diagnostics;
using System.Globalization;
using RawSse.Server.Channels;
using RawSse.Server.Feed;

namespace RawSse.Simulation.Tests;

/// <summary>
/// A node under random schedules: each channel's events reach each client in order, none lost, none twice, and nothing is
/// left when everybody has gone. One seed is one schedule; RAWSSE_SIM_SEED replays it.
/// </summary>
[NonParallelizable]
internal sealed class RandomScheduleTests
{
    private const int StepsASeed = 4000;

    private static readonly TimeSpan Time = TimeSpan.FromSeconds(20);

    [Test]
    public void Every_client_gets_every_event_once_and_in_order()
    {
        Action<string> broken = Invariant.Broken;
        Invariant.Broken = static message => throw new OracleException("invariant broken: " + message);
        Segment.KeepAndPoisonWhenFreed = true;
        try
        {
            if (Environment.GetEnvironmentVariable("RAWSSE_SIM_SEED") is { Length: > 0 } given)
                RunSeed(int.Parse(given, CultureInfo.InvariantCulture));
            else
                RunSeeds();
        }
        finally
        {
            Segment.KeepAndPoisonWhenFreed = false;
            Invariant.Broken = broken;
        }
    }

    private static void RunSeeds()
    {
        int first = Random.Shared.Next(1_000_000_000);
        var time = Stopwatch.StartNew();
        int seeds = 0;
        Totals totals = default;
        for (; seeds < 20 || time.Elapsed < Time; seeds++)
            totals += RunSeed(first + seeds);
        TestContext.Out.WriteLine($"{seeds} seeds from {first}: {totals}");
        Assert.That(totals.Events, Is.GreaterThan(1000));
        Assert.That(totals.Confirmed, Is.GreaterThan(1000));
        Assert.That(totals.LeftLog, Is.GreaterThan(0), "lag must turn into replay somewhere");
        Assert.That(totals.Gaps, Is.GreaterThan(0), "history must be trimmed under somebody somewhere");
        Assert.That(totals.BatchedFailures, Is.GreaterThan(0), "somebody must be gone when a batch is sent");
    }

    private static Totals RunSeed(int seed)
    {
        try
        {
            using var schedule = new Schedule(seed);
            schedule.Run(StepsASeed);
            schedule.Finish();
            schedule.Empty();
            Assert.That(schedule.Node.Node.Connections.Count, Is.Zero, "connections are left");
            Assert.That(schedule.Node.Transports.Sum(static transport => transport.OpenCount), Is.Zero, "handles are left");
            Totals totals = new(
                schedule.Subscribers.Sum(static subscriber => subscriber.Events),
                schedule.Subscribers.Sum(static subscriber => subscriber.Gaps),
                schedule.Publishers.Sum(static publisher => publisher.Confirmed),
                schedule.Node.Node.Shards.Sum(static shard => shard.Metrics.LeftLog),
                schedule.Node.Transports.Sum(static transport => transport.BatchedFailures));
            Assert.That(schedule.Node.Node.Shards.Sum(static shard => shard.PublishesInFlight), Is.Zero);
            foreach (Feed feed in schedule.Node.Node.Feeds)
                Assert.That(feed.Channels.All(static channel => channel.IsUnused && channel.IsUnpinned), "claims on a log are left");
            schedule.Dispose();
            Assert.That(schedule.Node.Node.Budget.Used, Is.Zero, "native memory is left");
            return totals;
        }
        catch (Exception)
        {
            TestContext.Out.WriteLine(
                $"replay: RAWSSE_SIM_SEED={seed} dotnet test tests/RawSse.Simulation.Tests --filter FullyQualifiedName~{nameof(RandomScheduleTests)}");
            throw;
        }
    }

    private readonly record struct Totals(int Events, int Gaps, int Confirmed, long LeftLog, long BatchedFailures)
    {
        public static Totals operator +(Totals a, Totals b) =>
            new(a.Events + b.Events, a.Gaps + b.Gaps, a.Confirmed + b.Confirmed, a.LeftLog + b.LeftLog, a.BatchedFailures + b.BatchedFailures);
    }
}
