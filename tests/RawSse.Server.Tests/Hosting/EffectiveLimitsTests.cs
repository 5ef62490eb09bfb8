using RawSse.Server.Hosting;

namespace RawSse.Server.Tests.Hosting;

public sealed class EffectiveLimitsTests
{
    private const string Limits = """
        Limit                     Soft Limit           Hard Limit           Units
        Max processes             96000                96000                processes
        Max open files            20000                1048576              files
        Max locked memory         8388608              8388608              bytes
        """;

    [Test]
    public void The_open_file_limit_is_the_soft_one() => Assert.That(EffectiveLimits.OpenFileLimit(Limits), Is.EqualTo(20_000));

    [TestCase(null)]
    [TestCase("")]
    [TestCase("Max open files            unlimited            unlimited            files")]
    [TestCase("Max open files")]
    public void Without_a_number_there_is_only_our_own_bound(string? limits) =>
        Assert.That(EffectiveLimits.OpenFileLimit(limits), Is.EqualTo(EffectiveLimits.ConnectionsMax));

    [Test]
    public void Connections_leave_descriptors_for_the_process_its_shards_and_their_listeners()
    {
        Assert.That(EffectiveLimits.ConnectionsAllowed(20_000, shards: 1, listeners: 1), Is.EqualTo(19_741));
        Assert.That(EffectiveLimits.ConnectionsAllowed(20_000, shards: 8, listeners: 3), Is.EqualTo(19_704));
    }

    [TestCase(64, 1)]
    [TestCase(long.MaxValue, EffectiveLimits.ConnectionsMax)]
    public void There_is_at_least_one_connection_and_at_most_our_bound(long openFiles, int connections) =>
        Assert.That(EffectiveLimits.ConnectionsAllowed(openFiles, shards: 2, listeners: 1), Is.EqualTo(connections));

    [Test]
    public void What_is_set_is_taken_as_it_is() =>
        Assert.That(
            EffectiveLimits.Of(new RawSseOptions { Memory = 64 << 20, MaxConnections = 5, Shards = 3 }),
            Is.EqualTo(new EffectiveLimits(64 << 20, 5, 3)));

    [Test]
    public void What_is_left_open_comes_from_the_machine()
    {
        var limits = EffectiveLimits.Of(new RawSseOptions());
        Assert.That(limits.MemoryBytes, Is.InRange(1 << 20, 1L << 50));
        Assert.That(limits.Connections, Is.InRange(1, EffectiveLimits.ConnectionsMax));
        Assert.That(limits.Shards, Is.EqualTo(Math.Min(Environment.ProcessorCount, 256)));
    }
}
