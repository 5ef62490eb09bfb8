using RawSse.Server.Hosting;

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
        ];
        foreach (var options in bad)
            Assert.That(OptionsValidator.Validate(options), Does.StartWith("--").And.Contain("; allowed: "));
    }
}
