using System.Diagnostics;
using System.Globalization;
using RawSse.Server.Channels;
using RawSse.Server.Feed;

namespace RawSse.Simulation.Tests.Remote;

/// <summary>
/// Several nodes that share a store which is slow, unreliable, and sometimes forgets: each channel's events reach each client in
/// order, none lost, none twice, or it is told. One seed is one schedule; RAWSSE_SIM_SEED replays it, RAWSSE_SIM_SECONDS hunts.
/// </summary>
[NonParallelizable]
internal sealed class RemoteScheduleTests
{
    private const int StepsASeed = 6000;

    private const int SeedsOfControl = 40;

    /// <summary>Poisoned memory is kept, some MB a seed.</summary>
    private const int SeedsPoisonedMax = 30;

    private const int SecondsOfTest = 15;

    private Action<string> _broken = static _ => { };

    [SetUp]
    public void Poisoned()
    {
        _broken = Invariant.Broken;
        Invariant.Broken = static message => throw new OracleException("invariant broken: " + message);
        Segment.KeepAndPoisonWhenFreed = true;
    }

    [TearDown]
    public void Clean()
    {
        Repairs.IsOffForTests = Repairs.TrustsDoorbellsForTests = false;
        Segment.KeepAndPoisonWhenFreed = false;
        Invariant.Broken = _broken;
    }

    [Test]
    public void Every_client_of_every_node_gets_every_event_once_and_in_order_or_is_told()
    {
        if (Environment.GetEnvironmentVariable("RAWSSE_SIM_SEED") is { Length: > 0 } given)
            RunSeed(int.Parse(given, CultureInfo.InvariantCulture));
        else
            RunSeeds();
    }

    [Test]
    public void Without_repairs_the_same_schedules_are_caught()
    {
        Repairs.IsOffForTests = true;
        AssertCaught();
    }

    [Test]
    public void With_doorbells_taken_at_their_word_the_same_schedules_are_caught()
    {
        Repairs.TrustsDoorbellsForTests = true;
        AssertCaught();
    }

    /// <summary>Within a few seeds: not each has a lost or false doorbell where it hurts.</summary>
    private static void AssertCaught()
    {
        int first = Random.Shared.Next(1_000_000_000);
        TestContext.Out.WriteLine($"seeds from {first}");
        OracleException caught = Assert.Throws<OracleException>(() =>
        {
            for (int seed = first; seed < first + SeedsOfControl; seed++)
                RunSeed(seed);
        })!;
        TestContext.Out.WriteLine(caught.Message);
    }

    private static void RunSeeds()
    {
        string? seconds = Environment.GetEnvironmentVariable("RAWSSE_SIM_SECONDS");
        var time = TimeSpan.FromSeconds(seconds is { Length: > 0 } ? int.Parse(seconds, CultureInfo.InvariantCulture) : SecondsOfTest);
        int first = Random.Shared.Next(1_000_000_000);
        var watch = Stopwatch.StartNew();
        int seeds = 0;
        Totals totals = default;
        for (; seeds < 10 || watch.Elapsed < time; seeds++)
        {
            // Whoever hunts wants to know where it hangs.
            if (seconds is not null)
                TestContext.Progress.WriteLine(first + seeds);
            Segment.KeepAndPoisonWhenFreed = seeds < SeedsPoisonedMax;
            totals += RunSeed(first + seeds);
        }
        TestContext.Out.WriteLine($"{seeds} seeds from {first}: {totals}");
        Assert.That(totals.Events, Is.GreaterThan(1000));
        Assert.That(totals.Confirmed, Is.GreaterThan(500));
        Assert.That(totals.Gaps, Is.GreaterThan(0), "the store must lose something under somebody somewhere");
        Assert.That(totals.Repaired, Is.GreaterThan(0), "something must be announced late or never");
        Assert.That(totals.Rollbacks, Is.GreaterThan(0));
    }

    private static Totals RunSeed(int seed)
    {
        Diary? diary = Environment.GetEnvironmentVariable("RAWSSE_SIM_SEED") is null ? null : new Diary();
        try
        {
            using var schedule = new RemoteSchedule(seed);
            Deployment deployment = schedule.Deployment;
            deployment.Redis.Diary = diary;
            schedule.Run(StepsASeed);
            schedule.Finish();
            Totals totals = new(
                schedule.Subscribers.Sum(static subscriber => subscriber.Events),
                schedule.Subscribers.Sum(static subscriber => subscriber.Gaps),
                schedule.Publishers.Sum(static publisher => publisher.Confirmed),
                deployment.Nodes.Sum(static node => node.Node.Feeds.Sum(static feed => feed.Metrics.GapsRepaired)),
                schedule.Rollbacks);
            schedule.Empty();
            foreach (SimulatedNode node in deployment.Nodes)
            {
                Assert.That(node.Node.Connections.Count, Is.Zero, "connections are left");
                Assert.That(node.Node.Shards.Sum(static shard => shard.PublishesInFlight), Is.Zero);
                foreach (Feed feed in node.Node.Feeds)
                    Assert.That(feed.Channels.All(static channel => channel.IsUnused && channel.IsUnpinned), "claims on a log are left");
                Assert.That(node.Node.Feeds.Sum(static feed => feed.Channels.Count), Is.Zero, "channels are left");
            }
            schedule.Dispose();
            Assert.That(deployment.Nodes.Sum(static node => node.Node.Budget.Used), Is.Zero, "native memory is left");
            return totals;
        }
        catch (Exception)
        {
            foreach (string line in diary?.Lines ?? [])
                TestContext.Out.WriteLine(line);
            TestContext.Out.WriteLine(
                $"replay: RAWSSE_SIM_SEED={seed} dotnet test tests/RawSse.Simulation.Tests --filter FullyQualifiedName~{nameof(RemoteScheduleTests)}");
            throw;
        }
    }

    private readonly record struct Totals(int Events, int Gaps, int Confirmed, long Repaired, int Rollbacks)
    {
        public static Totals operator +(Totals a, Totals b) => new(
            a.Events + b.Events, a.Gaps + b.Gaps, a.Confirmed + b.Confirmed, a.Repaired + b.Repaired, a.Rollbacks + b.Rollbacks);
    }
}
