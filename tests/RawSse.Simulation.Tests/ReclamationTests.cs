using RawSse.Server.Channels;
using RawSse.Server.Hosting;

namespace RawSse.Simulation.Tests;

/// <summary>
/// Segments are reused only when no shard can still read them: freed memory is poisoned, two shards run on threads of their
/// own, the channel's home appends and trims as fast as it can, and the other shard's fast, slow and blocked subscribers read.
/// The control disables the low-water marks and must be caught.
/// </summary>
[NonParallelizable]
internal sealed class ReclamationTests
{
    /// <summary>Events that the readers are to have got before a run ends.</summary>
    private const int EventsRead = 60_000;

    /// <summary>A run ends at the latest after so many events published.</summary>
    private const int RoundsMax = 200_000;

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
        Segment.KeepAndPoisonWhenFreed = false;
        Channel.IgnoresReadersForTests = false;
        Invariant.Broken = _broken;
    }

    [Test]
    public void No_reader_of_another_shard_ever_sees_freed_memory() => Run(Random.Shared.Next());

    [Test]
    public void Without_the_low_water_marks_the_same_run_is_caught()
    {
        Channel.IgnoresReadersForTests = true;
        OracleException caught = Assert.Throws<OracleException>(static () => Run(Random.Shared.Next()))!;
        TestContext.Out.WriteLine(caught.Message);
        Assert.That(caught.Message, Does.Contain("tail <= position").Or.Contain("holds frames").Or.Contain("living segment").Or.Contain("\uFFFD"));
    }

    private static void Run(int seed)
    {
        TestContext.Out.WriteLine($"seed {seed}");
        // Small bounds: the log is trimmed with every event, and subscribers leave it and come back all the time.
        var options = new RawSseOptions
        {
            MaxEventBytes = 2000,
            MaxLag = 4000,
            MaxLength = int.MaxValue,
            ChannelBytes = 1 << 30,
            Retry = TimeSpan.Zero,
            Heartbeat = TimeSpan.Zero,
        };
        using var node = new SimulatedNode(options, shards: 2, seed, logBytes: 0);
        string[] channels = [node.NameOn(0, "a"), node.NameOn(0, "b")];
        Exception? failure = null;
        int read = 0;
        bool isDone = false;
        var reader = new Thread(() => Guard(() => RunReaders(node, channels, new Random(seed), ref read, ref isDone), ref failure));
        reader.Start();
        Guard(() => RunPublisher(node, channels, new Random(seed + 1), () => Volatile.Read(ref read) < EventsRead && Volatile.Read(ref failure) is null), ref failure);
        Volatile.Write(ref isDone, true);
        reader.Join();
        TestContext.Out.WriteLine($"{read} events read");
        if (Volatile.Read(ref failure) is { } found)
            throw found as OracleException ?? new OracleException(found.ToString());
        if (read < EventsRead)
            throw new OracleException("nearly nobody read anything");
    }

    private static void RunPublisher(SimulatedNode node, string[] channels, Random random, Func<bool> goesOn)
    {
        var publisher = new SimulatedPublisher(node, 0, channels, 2000, random);
        for (int i = 0; i < RoundsMax && goesOn(); i++)
        {
            publisher.Publish();
            node.Step(0);
            publisher.Finish();
            node.Clock.Advance(random.Next(0, 120));
        }
        node.Clock.Advance(200);
        for (int i = 0; i < 50; i++)
            node.Step(0);
    }

    private static void RunReaders(SimulatedNode node, string[] channels, Random random, ref int read, ref bool isDone)
    {
        SimulatedSubscriber[] subscribers =
        [
            .. Enumerable.Range(0, 12).Select(i => new SimulatedSubscriber(
                node, 1, i % 4 == 0 ? channels : [channels[i % 2]], random) { AllowsGaps = false, IsFaithful = true }),
        ];
        while (!Volatile.Read(ref isDone))
        {
            subscribers[random.Next(subscribers.Length)].Act();
            node.Step(1);
            Volatile.Write(ref read, subscribers.Sum(static subscriber => subscriber.Events));
        }
    }

    private static void Guard(Action run, ref Exception? failure)
    {
        try
        {
            run();
        }
        catch (Exception exception)
        {
            Interlocked.CompareExchange(ref failure, exception, null);
        }
    }
}
