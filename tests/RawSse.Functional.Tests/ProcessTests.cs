using System.Globalization;
using System.Net.Sockets;
using RawSse.Functional.Tests.Support;

namespace RawSse.Functional.Tests;

/// <summary>Contract §1: how the process starts, says where it is, and ends.</summary>
[TestFixture("epoll")]
[TestFixture("sockets")]
[Parallelizable(ParallelScope.Self)]
public sealed class ProcessTests(string transport)
{
    private string[] Arguments(params string[] more) => ["--listen", "127.0.0.1:0", "--transport", transport, .. more];

    [Test]
    public async Task It_prints_where_it_listens_and_two_curl_lines_that_work()
    {
        await using ServerProcess server = ServerProcess.Start(Arguments());
        await server.ListeningAsync();
        string[] curls = [.. server.Output.Where(line => line.Contains("curl ", StringComparison.Ordinal)).Select(line => line[line.IndexOf("curl ", StringComparison.Ordinal)..])];
        Assert.That(curls, Has.Length.EqualTo(2));
        Assert.That(curls, Is.All.Contains($"http://{server.Endpoint}/events/"));
        Assert.That(curls.Count(line => line.Contains("-N", StringComparison.Ordinal)), Is.EqualTo(1), "one watches");
        Assert.That(curls.Count(line => line.Contains("-d", StringComparison.Ordinal)), Is.EqualTo(1), "one publishes");

        await using StreamClient stream = await StreamClient.OpenAsync(server.Endpoint, "/events/news");
        using Publisher publisher = await Publisher.ConnectAsync(server.Endpoint);
        await publisher.PublishAsync("news", "hello");
        await stream.WaitForDataAsync("hello");
    }

    [TestCase(ServerProcess.Interrupt)]
    [TestCase(ServerProcess.Terminate)]
    public async Task A_signal_ends_streams_in_order_and_the_process_with_0(int signal)
    {
        await using ServerProcess server = ServerProcess.Start(Arguments("--drain", "1s"));
        await server.ListeningAsync();
        StreamClient[] streams = [.. await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => StreamClient.OpenAsync(server.Endpoint, "/events/news")))];
        server.Signal(signal);
        foreach (StreamClient stream in streams)
        {
            Assert.That(await stream.EndAsync(), Is.EqualTo("FIN"));
            Assert.That(stream.Items[^1].Kind, Is.EqualTo(SseItemKind.Retry));
            await stream.DisposeAsync();
        }
        Assert.That(await server.ExitAsync(), Is.Zero);
        Assert.That(server.Errors, Has.None.Contains("fail:").And.None.Contains("crit:"));
    }

    [TestCase(ServerProcess.Interrupt)]
    [TestCase(ServerProcess.Terminate)]
    public async Task A_signal_without_streams_ends_it_with_0_whatever_the_drain(int signal)
    {
        await using ServerProcess server = ServerProcess.Start(Arguments("--drain", "60s"));
        await server.ListeningAsync();
        server.Signal(signal);
        Assert.That(await server.ExitAsync(), Is.Zero);
    }

    [Test]
    public async Task An_interrupt_drains_for_a_second_at_most()
    {
        await using ServerProcess server = ServerProcess.Start(Arguments("--drain", "10m", "--drain-delay", "10m"));
        await server.ListeningAsync();
        await using StreamClient stream = await StreamClient.OpenAsync(server.Endpoint, "/events/news");
        server.Signal(ServerProcess.Interrupt);
        Assert.That(await server.ExitAsync(), Is.Zero);
    }

    [Test]
    public async Task A_second_signal_ends_it_at_once()
    {
        await using ServerProcess server = ServerProcess.Start(Arguments("--drain", "10m", "--drain-delay", "10m"));
        await server.ListeningAsync();
        await using StreamClient stream = await StreamClient.OpenAsync(server.Endpoint, "/events/news");
        server.Signal(ServerProcess.Terminate);
        await Patience.UntilAsync(async () =>
        {
            using RawClient client = await RawClient.ConnectAsync(server.Endpoint);
            return (await client.AskAsync(Request.Get("/readyz", "Connection: close"))).Status == 503;
        }, "the drain to begin");
        Assert.That(stream.Ended, Is.False, "still serving in the delay");
        server.Signal(ServerProcess.Terminate);
        await server.ExitAsync();
    }

    [Test]
    public async Task An_address_in_use_ends_the_start_with_2_also_by_another_server_of_ours()
    {
        await using ServerProcess first = ServerProcess.Start(Arguments());
        await first.ListeningAsync();
        using var stranger = new TcpListener(System.Net.IPAddress.Loopback, 0);
        stranger.Start();
        foreach (string address in new[] { $"{first.Endpoint}", $"{stranger.LocalEndpoint}" })
        {
            await using ServerProcess second = ServerProcess.Start(["--listen", address, "--transport", transport]);
            Assert.That(await second.ExitAsync(), Is.EqualTo(2));
            Assert.That(second.Errors, Has.Length.EqualTo(1), string.Join('\n', second.Errors));
            Assert.That(second.Errors[0], Does.Contain("--listen").And.Contain(address));
            Assert.That(second.Output, Is.Empty);
        }
        using Publisher publisher = await Publisher.ConnectAsync(first.Endpoint);
        await publisher.PublishAsync("news", "the first is unharmed");
    }

    [Test]
    public async Task Flags_win_over_environment_over_file_over_default()
    {
        string file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, """{"retry": "1s", "transport": "TRANSPORT"}""".Replace("TRANSPORT", transport, StringComparison.Ordinal));
            string[] config = ["--listen", "127.0.0.1:0", "--config", file];
            Assert.That(await RetryAsync(Arguments()), Is.InRange(1_500, 4_500), "default 3 s");
            Assert.That(await RetryAsync(config), Is.InRange(500, 1_500), "file 1 s");
            Assert.That(await RetryAsync(config, ("RAWSSE_RETRY", "10s")), Is.InRange(5_000, 15_000), "environment 10 s");
            Assert.That(await RetryAsync([.. config, "--retry", "40s"], ("RAWSSE_RETRY", "10s")), Is.InRange(20_000, 60_000), "flag 40 s");
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static async Task<int> RetryAsync(string[] arguments, params (string, string)[] environment)
    {
        await using ServerProcess server = ServerProcess.Start(arguments, environment);
        await server.ListeningAsync();
        await using StreamClient stream = await StreamClient.OpenAsync(server.Endpoint, "/events/news");
        return int.Parse(stream.Items.Single(i => i.Kind == SseItemKind.Retry).Text, CultureInfo.InvariantCulture);
    }
}
