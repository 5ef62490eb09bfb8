using System.Net;
using RawSse.Redis.Tests.Support;

namespace RawSse.Redis.Tests.Behaviour;

/// <summary>
/// The commands and the nginx configuration of the guide that many have set up their Redis after, as they stand there: only
/// ports and addresses are ours.
/// </summary>
[Parallelizable(ParallelScope.All)]
public sealed class SeedCommandTests : RedisTest
{
    private const string Subscribe = """curl -N -H "Accept: text/event-stream" http://localhost:3000/events/news""";

    private const string Publish = """
        redis-cli XADD sse:news "*" type update data '{"msg":"hello"}'
        redis-cli PUBLISH sse:channel:news '{"id":"1718000000001-0","type":"update","data":"{\"msg\":\"hello\"}"}'
        """;

    private const string Resume = """
        curl -N \
          -H "Accept: text/event-stream" \
          -H "Last-Event-ID: 1718000000001-0" \
          http://localhost:3000/events/news
        """;

    private const string TimeToLive = """
        redis-cli XADD sse:news MAXLEN "~" 10000 "*" type ping data "{}"
        redis-cli EXPIRE sse:news 86400
        """;

    private const string NginxConfiguration = """

        upstream sse_pods {
          server pod1:3000;
          server pod2:3000;
          server pod3:3000;
          # NO ip_hash; NO sticky directive
          keepalive 64;          # reuse upstream TCP connections
        }

        server {
          location /events/ {
            proxy_pass         http://sse_pods;
            proxy_http_version 1.1;
            proxy_set_header   Connection "";        # enable keep-alive to upstream
            proxy_set_header   Host $host;
            proxy_set_header   Last-Event-ID $http_last_event_id;
            proxy_buffering    off;                  # critical — no buffering
            proxy_cache        off;
            proxy_read_timeout 86400s;              # allow long-lived connections
            chunked_transfer_encoding on;
          }
        }
        """;

    [Test]
    public async Task Its_curl_sees_exactly_one_event_of_its_XADD_and_PUBLISH_whose_ids_do_not_match()
    {
        NodeProcess node = await StartNodeAsync();
        ChildProcess curl = Shell(Subscribe, node.Endpoint);
        await PlacedAsync(curl);
        await RunAsync(Publish);
        await SeesAsync(curl, 1);
        string id = (await Redis.AskAsync("XRANGE", "sse:news", "-", "+"))[0][0].Text;
        // Nothing can overtake this one.
        await AddAsync("news", "type", "end", "data", "end");
        await SeesAsync(curl, 2);
        Assert.That(curl.Output.SkipWhile(line => line != $"id: {id}").Take(3), Is.EqualTo(new[] { $"id: {id}", "event: update", """data: {"msg":"hello"}""" }));
        Assert.That(curl.Output.Count(line => line.StartsWith("data:", StringComparison.Ordinal)), Is.EqualTo(2));
    }

    [Test]
    public async Task Its_check_of_Last_Event_ID_sees_all_that_was_added_after_that_id()
    {
        NodeProcess node = await StartNodeAsync();
        await Redis.AskAsync("XADD", "sse:news", "1718000000000-0", "type", "update", "data", "before");
        await Redis.AskAsync("XADD", "sse:news", "1718000000001-0", "type", "update", "data", "seen");
        for (int i = 0; i < 3; i++) await RunAsync(Publish);
        ChildProcess curl = Shell(Resume, node.Endpoint);
        await SeesAsync(curl, 3);
        Assert.That(curl.Output.Count(line => line == """data: {"msg":"hello"}"""), Is.EqualTo(3));
        await RunAsync(Publish);
        await SeesAsync(curl, 4);
        Assert.That(curl.Output, Has.None.Contains("before").And.None.Contains("seen").And.None.Contains("rawsse.gap"));
    }

    [Test]
    public async Task Its_commands_that_cap_a_stream_deliver_an_event_like_any_other()
    {
        NodeProcess node = await StartNodeAsync();
        ChildProcess curl = Shell(Subscribe, node.Endpoint);
        await PlacedAsync(curl);
        await RunAsync(TimeToLive);
        await SeesAsync(curl, 1);
        Assert.That(curl.Output, Has.One.EqualTo("event: ping"));
        Assert.That(curl.Output, Has.One.EqualTo("data: {}"));
    }

    [Test]
    public async Task Its_nginx_configuration_serves_before_three_nodes()
    {
        NodeProcess[] nodes = await Task.WhenAll(StartNodeAsync(), StartNodeAsync(), StartNodeAsync());
        string configuration = NginxConfiguration;
        for (int i = 0; i < nodes.Length; i++)
            configuration = configuration.Replace($"pod{i + 1}:3000", $"{nodes[i].Endpoint}", StringComparison.Ordinal);
        Nginx nginx = Own(await Nginx.StartAsync(configuration));

        ChildProcess[] curls = [.. Enumerable.Range(0, 6).Select(_ => Shell(Subscribe, nginx.Endpoint))];
        foreach (ChildProcess curl in curls) await PlacedAsync(curl);
        await RunAsync(Publish);
        foreach (ChildProcess curl in curls) await SeesAsync(curl, 1);
        // Its Last-Event-ID reaches the nodes, whichever it is.
        string id = (await Redis.AskAsync("XRANGE", "sse:news", "-", "+"))[0][0].Text;
        await RunAsync(Publish);
        for (int i = 0; i < 3; i++)
        {
            ChildProcess resumed = Shell(Resume.Replace("1718000000001-0", id, StringComparison.Ordinal), nginx.Endpoint);
            await SeesAsync(resumed, 1);
            Assert.That(resumed.Output, Has.None.Contains("rawsse.gap"));
        }
        using Publisher publisher = await Publisher.ConnectAsync(nginx.Endpoint);
        for (int i = 0; i < 10; i++) await publisher.PublishAsync("news", $"over nginx {i}");
        foreach (ChildProcess curl in curls)
        {
            await SeesAsync(curl, 12);
            Assert.That(curl.Output.Where(line => line.StartsWith("data: over", StringComparison.Ordinal)),
                Is.EqualTo(Enumerable.Range(0, 10).Select(i => $"data: over nginx {i}")));
        }
    }

    private ChildProcess Shell(string command, IPEndPoint server)
    {
        string here = command.Replace("localhost:3000", $"{server}", StringComparison.Ordinal)
            .Replace("redis-cli ", $"redis-cli -p {Redis.Port} ", StringComparison.Ordinal);
        return Own(ChildProcess.Start("bash", ["-c", here.StartsWith("curl", StringComparison.Ordinal) ? $"exec {here}" : here]));
    }

    private async Task RunAsync(string command)
    {
        ChildProcess shell = Shell(command, Redis.Endpoint);
        Assert.That(await shell.ExitAsync(), Is.Zero, shell.Tail());
    }

    /// <summary>Waits until it was told where it starts: from there on it misses nothing.</summary>
    private static Task PlacedAsync(ChildProcess curl) => Patience.UntilAsync(
        () => Task.FromResult(curl.Output.Contains("id: 0-0")), "curl to be given its position");

    private static Task SeesAsync(ChildProcess curl, int events) => Patience.UntilAsync(
        () => Task.FromResult(curl.Output.Count(line => line.StartsWith("data:", StringComparison.Ordinal)) == events), $"{events} events at curl; it printed {curl.Tail()}");
}
