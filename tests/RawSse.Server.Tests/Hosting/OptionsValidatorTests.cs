using System.Text;
using RawSse.Server.Hosting;
using RawSse.Server.Stores.Redis;

namespace RawSse.Server.Tests.Hosting;

public sealed class OptionsValidatorTests
{
    [Test]
    public void The_defaults_are_fine() => Assert.That(OptionsValidator.Validate(new RawSseOptions()), Is.Null);

    [Test]
    public void A_lag_holds_at_least_two_events()
    {
        var options = new RawSseOptions { MaxEventBytes = 1000, MaxLag = 2000 };
        Assert.That(OptionsValidator.Validate(options), Is.Null);
        options.MaxLag = 1999;
        Assert.That(OptionsValidator.Validate(options), Is.EqualTo("--max-lag is '1999'; allowed: 2000 (twice --max-event-bytes) to 1GiB"));
    }

    [Test]
    public void A_channel_holds_at_least_one_event()
    {
        var options = new RawSseOptions { MaxEventBytes = 8192, ChannelBytes = 8192 };
        Assert.That(OptionsValidator.Validate(options), Is.Null);
        options.ChannelBytes = 8191;
        Assert.That(OptionsValidator.Validate(options), Is.EqualTo("--channel-bytes is '8191'; allowed: 8KiB (--max-event-bytes) to 16GiB"));
    }

    [Test]
    public void Memory_holds_at_least_one_channel()
    {
        var options = new RawSseOptions { ChannelBytes = 2 << 20, Memory = 2 << 20 };
        Assert.That(OptionsValidator.Validate(options), Is.Null);
        options.Memory = (2 << 20) - 1024;
        Assert.That(OptionsValidator.Validate(options), Is.EqualTo("--memory is '2047KiB'; allowed: 2MiB (--channel-bytes) to 4096GiB"));
    }

    [Test]
    public void Connections_are_no_more_than_the_open_file_limit_leaves()
    {
        int allowed = EffectiveLimits.ConnectionsAllowed(new RawSseOptions());
        Assert.That(OptionsValidator.Validate(new RawSseOptions { MaxConnections = allowed }), Is.Null);
        if (allowed < EffectiveLimits.ConnectionsMax)
            Assert.That(
                OptionsValidator.Validate(new RawSseOptions { MaxConnections = allowed + 1 }),
                Does.StartWith($"--max-connections is '{allowed + 1}'; allowed: 0 to {allowed}"));
    }

    [Test]
    public void Listeners_differ()
    {
        Assert.That(
            OptionsValidator.Validate(new RawSseOptions { Listen = { "127.0.0.1:1", "localhost:1" } }),
            Does.StartWith("--listen is 'localhost:1'; allowed: "));
        Assert.That(
            OptionsValidator.Validate(new RawSseOptions { AdminListen = "127.0.0.1:3000" }),
            Does.StartWith("--admin-listen is '127.0.0.1:3000'; allowed: "));
        Assert.That(
            OptionsValidator.Validate(new RawSseOptions { Listen = { "127.0.0.1:0", "127.0.0.1:0" }, AdminListen = "127.0.0.1:0" }), Is.Null);
    }

    [Test]
    public void What_needs_Redis_is_refused_without_it()
    {
        AssertNeedsRedis(new() { PublishReplicas = 1 }, "--publish-replicas is '1'; allowed: 0 without --redis");
        AssertNeedsRedis(new() { Subscribe = { "pattern:a" } }, "--subscribe is 'pattern:a'; allowed: off without --redis");
        AssertNeedsRedis(new() { HashTags = HashTagMode.On }, "--hash-tags is 'on'; allowed: auto, off without --redis");
        Assert.That(
            OptionsValidator.Validate(new RawSseOptions { PubSub = PubSubMode.Sharded }),
            Is.EqualTo("--pubsub is 'sharded'; allowed: classic without --redis"));
        Assert.That(OptionsValidator.Validate(new RawSseOptions { HashTags = HashTagMode.Off }), Is.Null);
    }

    [Test]
    public void A_clusters_channels_have_hash_tags()
    {
        var options = new RawSseOptions { Redis = "redis+cluster://h" };
        Assert.That(OptionsValidator.Validate(options), Is.Null);
        Assert.That(Name(options), Is.EqualTo("sse:{news}"));
        options.HashTags = HashTagMode.On;
        Assert.That(OptionsValidator.Validate(options), Is.Null);
        options.HashTags = HashTagMode.Off;
        Assert.That(OptionsValidator.Validate(options), Does.StartWith("--hash-tags is 'off'; allowed: auto, on with redis+cluster"));
    }

    [Test]
    public void Elsewhere_hash_tags_are_off_unless_they_are_asked_for()
    {
        foreach (string url in (string[])["redis://h", "rediss://h", "redis+sentinel://h/m"])
        {
            Assert.That(Name(new RawSseOptions { Redis = url }), Is.EqualTo("sse:news"));
            Assert.That(Name(new RawSseOptions { Redis = url, HashTags = HashTagMode.On }), Is.EqualTo("sse:{news}"));
        }
    }

    [Test]
    public void Sharded_doorbells_take_a_cluster_and_no_patterns()
    {
        var options = new RawSseOptions { Redis = "redis://h", PubSub = PubSubMode.Sharded };
        Assert.That(OptionsValidator.Validate(options), Is.EqualTo("--pubsub is 'sharded'; allowed: classic, unless --redis is redis+cluster"));
        options.Redis = "redis+cluster://h";
        Assert.That(OptionsValidator.Validate(options), Is.Null);
        Assert.That(EffectiveRedis.Of(options)!.IsSharded, Is.True);
        options.Subscribe.Add("pattern:user:*");
        Assert.That(OptionsValidator.Validate(options), Does.StartWith("--subscribe is 'pattern:user:*'; allowed: off with --pubsub sharded"));
        options.PubSub = PubSubMode.Classic;
        Assert.That(OptionsValidator.Validate(options), Is.Null);
        Assert.That(EffectiveRedis.Of(options)!.Globs.Single().IsMatch("user:42"u8), Is.True);
    }

    [Test]
    public void Without_Redis_there_is_nothing_effective() => Assert.That(EffectiveRedis.Of(new RawSseOptions()), Is.Null);

    [Test]
    public void What_only_code_can_set_is_checked_too()
    {
        RawSseOptions[] bad =
        [
            new() { Listen = { null! } },
            new() { AdminListen = "" },
            new() { Console = (ConsoleMode)3 },
            new() { Transport = (TransportKind)(-1) },
            new() { MaxLength = -1 },
            new() { Memory = -1 },
            new() { MaxLag = int.MaxValue },
            new() { Heartbeat = Timeout.InfiniteTimeSpan },
            new() { Drain = TimeSpan.MaxValue },
            new() { Redis = "" },
            new() { Redis = "off" },
            new() { ChannelPrefix = null! },
            new() { HashTags = (HashTagMode)3 },
            new() { PubSub = (PubSubMode)2 },
            new() { Subscribe = { null! } },
            new() { Subscribe = { "off" } },
            new() { RedisGrace = Timeout.InfiniteTimeSpan },
        ];
        foreach (var options in bad)
            Assert.That(OptionsValidator.Validate(options), Does.StartWith("--").And.Contain("; allowed: "));
    }

    private static void AssertNeedsRedis(RawSseOptions options, string line)
    {
        Assert.That(OptionsValidator.Validate(options), Is.EqualTo(line));
        options.Redis = "redis://127.0.0.1";
        Assert.That(OptionsValidator.Validate(options), Is.Null);
    }

    private static string Name(RawSseOptions options) =>
        Encoding.UTF8.GetString(EffectiveRedis.Of(options)!.Keys.Stream("news"u8, new byte[RedisKeys.BytesMax]));
}
