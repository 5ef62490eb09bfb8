using System.Text.RegularExpressions;
using RawSse.Redis.Tests.Support;

namespace RawSse.Redis.Tests.Stores;

/// <summary>
/// The rules for an ACL user that docs/OPERATIONS.md gives are enough: they are read from there, and Redis notes what it denies.
/// </summary>
[Parallelizable(ParallelScope.All)]
public sealed partial class DocumentedUserTests
{
    private static readonly string[] MayBeLeftOut = ["-config|get", "-info", "-role"];

    [TestCase(0)]
    [TestCase(3)]
    public async Task The_user_may_do_all_that_a_node_does(int database)
    {
        await using RedisServerProcess redis = await RedisServerProcess.StartAsync();
        string url = await AddUserAsync(redis, []);
        await UseAsync(redis, database, ["--redis", $"{url}/{database}"]);
        Assert.That(await DeniedAsync(redis), Is.Empty);
    }

    [Test]
    public async Task The_user_may_do_no_more_than_a_node_does()
    {
        await using RedisServerProcess redis = await RedisServerProcess.StartAsync();
        string url = await AddUserAsync(redis, ["&sse:channel:3:user:*"]);
        await UseAsync(redis, 3, ["--redis", $"{url}/3", "--subscribe", "pattern:user:*"]);
        Dictionary<string, string> calls = await redis.InfoAsync("commandstats");
        var rules = await RulesAsync();
        Assert.That(rules.Where(rule => rule[0] == '+' && !calls.ContainsKey($"cmdstat_{rule[1..]}")), Is.SubsetOf(new[] { "+config|get" }));
    }

    [Test]
    public async Task With_patterns_and_replicas_it_takes_what_is_said_beside()
    {
        await using RedisServerProcess redis = await RedisServerProcess.StartAsync();
        await using RedisServerProcess replica = await redis.StartReplicaAsync();
        string url = await AddUserAsync(redis, ["&sse:channel:user:*", "+wait"]);
        await UseAsync(redis, 0, ["--redis", url, "--publish-replicas", "1", "--subscribe", "pattern:user:*"]);
        Assert.That(await DeniedAsync(redis), Is.Empty);
    }

    [Test]
    public async Task What_may_be_left_out_may_be_left_out()
    {
        await using RedisServerProcess redis = await RedisServerProcess.StartAsync();
        string url = await AddUserAsync(redis, MayBeLeftOut);
        await UseAsync(redis, 0, ["--redis", url]);
        Assert.That(await DeniedAsync(redis), Is.SubsetOf(MayBeLeftOut.Select(rule => rule[1..])));
    }

    [Test]
    public async Task Where_a_right_is_missing_the_log_says_so_and_Redis_which()
    {
        await using RedisServerProcess redis = await RedisServerProcess.StartAsync();
        string url = await AddUserAsync(redis, ["-xadd"]);
        await using NodeProcess node = await NodeProcess.StartAsync("--redis", url);
        using Publisher publisher = await Publisher.ConnectAsync(node.Endpoint);
        Assert.That((await publisher.PostAsync("/events/news", "1")).Status, Is.EqualTo(503));
        await Patience.UntilAsync(() => Task.FromResult(node.Log.Contains("can't run", StringComparison.Ordinal)), "a line about it");
        Assert.That(await DeniedAsync(redis), Is.EqualTo(new[] { "xadd" }));
    }

    /// <summary>Everything a node asks of Redis: streams, history, publishes of each kind, what others add, expiry, audit.</summary>
    private static async Task UseAsync(RedisServerProcess redis, int database, string[] options)
    {
        await using NodeProcess node = await NodeProcess.StartAsync([.. options, "--audit", "100ms", "--linger", "0s"]);
        using RespClient byHand = await redis.ConnectAsync();
        await byHand.AskAsync("SELECT", database);
        using Publisher publisher = await Publisher.ConnectAsync(node.Endpoint);
        string first = await publisher.PublishAsync("news", "1");
        await using (StreamClient stream = await StreamClient.OpenAsync(node.Endpoint, "/events?channel=news&channel=user:42&last=5"))
        {
            foreach (string _ in (string[])["first", "repeated"])
                Assert.That((await publisher.PostAsync("/events/news", "2", "Idempotency-Key: a:b")).Status, Is.EqualTo(200));
            Assert.That((await publisher.PostAsync("/events/news", "3", "Idempotency-Key: a:b")).Status, Is.EqualTo(422));
            await byHand.AskAsync("SCRIPT", "FLUSH");
            await publisher.PublishAsync("user:42", "3", "price");
            await byHand.AskAsync("XADD", "sse:news", "*", "data", "4");
            await byHand.AskAsync("PUBLISH", database == 0 ? "sse:channel:news" : $"sse:channel:{database}:news", "{}");
            await stream.WaitForDataAsync("4");
            await byHand.AskAsync("PEXPIRE", "sse:news", 10_000);
            await byHand.AskAsync("XADD", "sse:news", "*", "data", "5");
            await stream.WaitForDataAsync("5");
            Assert.That(stream.Data, Is.EquivalentTo(new[] { "1", "2", "3", "4", "5" }));
        }
        // Whoever adds by hand beside the script need not see to the expiry.
        await Patience.UntilAsync(async () => (await byHand.AskAsync("PTTL", "sse:news")).Number > 10_000, "the expiry to begin anew");
        await using (StreamClient resumed = await StreamClient.OpenAsync(node.Endpoint, "/events/news", first))
            await resumed.WaitForDataAsync("5");
        await Patience.UntilAsync(
            async () => (await byHand.AskAsync("PUBSUB", "CHANNELS")).Items!.Length == 0, "nothing to be subscribed without readers");
        Assert.That(node.Bugs, Is.Empty);
    }

    /// <summary>Adds the documented user; <paramref name="rules"/> come on top.</summary>
    /// <returns>the URL with which it comes in</returns>
    private static async Task<string> AddUserAsync(RedisServerProcess redis, string[] rules)
    {
        await redis.AskAsync(["ACL", "SETUSER", "rawsse", .. await RulesAsync(), .. rules]);
        return $"redis://rawsse:p%40ss@{redis.Endpoint}";
    }

    private static async Task<string[]> RulesAsync()
    {
        string text = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "OPERATIONS.md"));
        string[] rules = DocumentedRules().Match(text).Groups[1].Value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        Assert.That(rules, Has.Length.GreaterThan(10), "the rules are not where they were");
        return [.. rules.Select(rule => rule.Replace("PASSWORD", "p@ss", StringComparison.Ordinal))];
    }

    /// <summary>What Redis denied so far: commands, keys or channels.</summary>
    private static async Task<string[]> DeniedAsync(RedisServerProcess redis)
    {
        RespReply log = await redis.AskAsync("ACL", "LOG");
        return [.. log.Items!.Select(entry => entry.Items!.SkipWhile(field => field.Text != "object").ElementAt(1).Text).Distinct()];
    }

    [GeneratedRegex(@"^    ACL SETUSER rawsse (.*?)\n\n", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex DocumentedRules();
}
