using RawSse.Functional.Tests.Support;

namespace RawSse.Functional.Tests;

/// <summary>Contract §1: what cannot hold ends the start with 2 and one line; help, version and the configuration are printed.</summary>
[TestFixture]
[Parallelizable(ParallelScope.Self)]
public sealed class CommandLineTests
{
    [TestCase("--nonsense", "1")]
    [TestCase("--retry", "banana")]
    [TestCase("--retry", "-1s")]
    [TestCase("--shards", "-1")]
    [TestCase("--shards", "x")]
    [TestCase("--transport", "pigeon")]
    [TestCase("--console", "maybe")]
    [TestCase("--listen", "nowhere")]
    [TestCase("--listen", "127.0.0.1:99999")]
    [TestCase("--listen", "127.0.0.1")]
    [TestCase("--max-connections", "-5")]
    [TestCase("--max-event-bytes", "0")]
    [TestCase("--max-length", "0")]
    [TestCase("--max-header-bytes", "1")]
    [TestCase("--memory", "1")]
    [TestCase("--channel-bytes", "12parsecs")]
    [TestCase("--heartbeat", "10 fortnights")]
    [TestCase("--max-lag", "256KiB", Description = "must be at least twice max-event-bytes")]
    [TestCase("--config", "/nowhere/at/all.json")]
    public async Task A_bad_option_ends_the_start_with_2_and_one_line(string flag, string value)
    {
        string[] listen = flag == "--listen" ? [] : ["--listen", "127.0.0.1:0"];
        await using ServerProcess server = ServerProcess.Start([.. listen, flag, value]);
        Assert.That(await server.ExitAsync(), Is.EqualTo(2));
        Assert.That(server.Errors, Has.Length.EqualTo(1), string.Join('\n', server.Errors));
        Assert.That(server.Errors[0], Does.Contain(flag));
        if (flag != "--nonsense") Assert.That(server.Errors[0], Does.Contain(value));
        Assert.That(server.Output, Is.Empty);
    }

    [TestCase("RAWSSE_RETRY", "banana")]
    [TestCase("RAWSSE_MAX_EVENT_BYTES", "0")]
    [TestCase("RAWSSE_NONSENSE", "1")]
    public async Task A_bad_variable_ends_the_start_with_2_and_one_line(string name, string value)
    {
        await using ServerProcess server = ServerProcess.Start(["--listen", "127.0.0.1:0"], (name, value));
        Assert.That(await server.ExitAsync(), Is.EqualTo(2));
        Assert.That(server.Errors, Has.Length.EqualTo(1), string.Join('\n', server.Errors));
        Assert.That(server.Errors[0], Does.Contain(name).Or.Contain("--" + name[7..].ToLowerInvariant().Replace('_', '-')));
    }

    [TestCase("""{"nonsense": 1}""", "nonsense")]
    [TestCase("""{"retry": "banana"}""", "retry")]
    [TestCase("""{"retry": """, "")]
    [TestCase("[]", "")]
    public async Task A_bad_file_ends_the_start_with_2_and_one_line(string json, string named)
    {
        string file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, json);
            await using ServerProcess server = ServerProcess.Start(["--listen", "127.0.0.1:0", "--config", file]);
            Assert.That(await server.ExitAsync(), Is.EqualTo(2));
            Assert.That(server.Errors, Has.Length.EqualTo(1), string.Join('\n', server.Errors));
            Assert.That(server.Errors[0], Does.Contain(named));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Test]
    public async Task Help_lists_every_option_of_this_store()
    {
        await using ServerProcess server = ServerProcess.Start(["--help"]);
        Assert.That(await server.ExitAsync(), Is.Zero);
        string help = string.Join('\n', server.Output);
        string[] flags =
        [
            "listen", "admin-listen", "console", "anonymous-publish", "max-length", "ttl", "channel-bytes", "memory", "linger", "shards",
            "transport", "heartbeat", "retry", "max-connections", "max-connections-per-ip", "max-channels-per-connection",
            "max-event-bytes", "max-lag", "send-timeout", "max-lifetime", "header-timeout", "body-timeout", "idle-timeout",
            "max-header-bytes", "drain-delay", "drain", "config", "print-config", "version", "help",
        ];
        Assert.Multiple(() =>
        {
            foreach (string flag in flags) Assert.That(help, Does.Match($"--{flag}(?![a-z-])"), flag);
            foreach (string value in new[] { "127.0.0.1:3000", "10000", "24h", "256KiB", "2MiB", "15s", "16KiB" })
                Assert.That(help, Does.Contain(value), "its defaults, with their units");
        });
    }

    [Test]
    public async Task Version_is_printed_alone()
    {
        await using ServerProcess server = ServerProcess.Start(["--version"]);
        Assert.That(await server.ExitAsync(), Is.Zero);
        Assert.That(server.Output, Has.Length.EqualTo(1));
        Assert.That(server.Output[0], Does.Match(@"\d+\.\d+\.\d+"));
    }

    [Test]
    public async Task Print_config_prints_what_would_hold_and_does_not_start()
    {
        await using ServerProcess server = ServerProcess.Start(["--print-config", "--heartbeat", "7s"], ("RAWSSE_MAX_LENGTH", "1234"));
        Assert.That(await server.ExitAsync(), Is.Zero);
        string config = string.Join('\n', server.Output);
        Assert.That(config, Does.Match("heartbeat.*7s").And.Match("max-?[lL]ength.*1234"));
    }
}
