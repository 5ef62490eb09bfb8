using EventId = RawSse.Protocol.Ids.EventId;

namespace RawSse.Redis.Tests.Stores;

/// <summary>A store that was away is live again only once everything is subscribed, and then says so for every channel.</summary>
internal sealed class StoreReturnTests : StoreTest
{
    [Test]
    public void After_a_lost_connection_every_open_channel_is_resumed_with_the_same_history()
    {
        Shard.Open("news");
        Shard.Open("sport");
        Client.Resumed.Clear();
        Ask("CLIENT", "KILL", "TYPE", "pubsub");
        Node.Until(() => Client.Resumed.Count == 2, "both to be resumed");
        Assert.That(Client.Resumed, Is.EquivalentTo(new[] { new Resumed("news", false), new Resumed("sport", false) }));
        Ask("PUBLISH", "sse:channel:news", "x");
        Node.Until(() => Client.Rung.Count == 1, "a bell");
        Assert.That(Node.Log, Has.Some.Contain("lost"));
    }

    [Test]
    public void A_lost_connection_for_commands_resumes_as_well()
    {
        Shard.Open("news");
        Client.Resumed.Clear();
        Ask("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
        Node.Until(() => Client.Resumed.Count > 0, "news to be resumed");
        Assert.That(Client.Resumed, Is.EqualTo(new[] { new Resumed("news", false) }));
        Assert.That(Shard.Store.IsUp);
    }

    [Test]
    public void A_restarted_server_has_a_new_history_and_a_channel_is_resumed_once()
    {
        Shard.Open("news");
        Client.Resumed.Clear();
        Node.Await(Redis.KillAsync());
        Node.Until(() => !Shard.Store.IsUp, "the store to be away");
        Node.Await(Redis.RestartAsync());
        Node.UntilUp();
        Assert.That(Client.Resumed, Is.EqualTo(new[] { new Resumed("news", true) }));
    }

    [Test]
    public void What_is_opened_and_closed_while_the_store_is_away_is_as_it_should_be_afterwards()
    {
        Shard.Open("stays");
        Shard.Open("leaves");
        Node.Await(Redis.KillAsync());
        Node.Until(() => !Shard.Store.IsUp, "the store to be away");
        Shard.Begin("comes");
        Shard.Close("leaves");
        Shard.Begin("passes");
        Shard.Close("passes");
        Node.Await(Redis.RestartAsync());
        Node.UntilUp();
        Node.Until(() => Client.Opened.Any(opened => opened.Channel == "comes"), "the new one to be opened");
        string[] subscribed = [.. Ask("PUBSUB", "CHANNELS").Items!.Select(channel => channel.Text)];
        Assert.That(subscribed, Is.EquivalentTo(new[] { "sse:channel:stays", "sse:channel:comes" }));
        Assert.That(Client.Resumed, Is.EqualTo(new[] { new Resumed("stays", true) }));
    }

    [Test]
    public void Nothing_is_told_before_everything_is_subscribed_again()
    {
        const int Count = 25_000;
        for (int i = 0; i < Count; i++) Shard.Begin($"user:{i}");
        Node.Until(() => Client.Opened.Count == Count, "all to be opened");
        Client.Resumed.Clear();
        Ask("CLIENT", "KILL", "TYPE", "pubsub");
        Node.Until(() => !Shard.Store.IsUp, "the store to be away");
        Node.Until(() => Client.Resumed.Count > 0, "the channels to be resumed");
        Assert.That(Client.Resumed, Has.Count.EqualTo(Count));
        Assert.That(Ask("PUBSUB", "CHANNELS", "sse:channel:user:*").Items, Has.Length.EqualTo(Count));
    }

    [Test]
    public void A_server_that_hangs_is_left_within_seconds_and_taken_again()
    {
        Shard.Open("news");
        Client.Resumed.Clear();
        Redis.Stop();
        Node.Until(() => !Shard.Store.IsUp, "the store to be away");
        Redis.Continue();
        Node.UntilUp();
        Assert.That(Client.Resumed.Distinct(), Is.EqualTo(new[] { new Resumed("news", false) }));
    }

    [Test]
    public void A_channel_that_was_being_opened_when_the_server_died_is_opened_when_it_is_back()
    {
        Redis.Stop();
        Shard.Begin("news");
        Node.Step();
        Node.Await(Redis.KillAsync());
        Node.Until(() => !Shard.Store.IsUp, "the store to be away");
        Node.Await(Redis.RestartAsync());
        Ask("XADD", "sse:news", "5-0", "data", "x");
        Node.Until(() => Client.Opened.Count == 1, "the channel to be opened");
        Assert.That(Client.Opened[0], Is.EqualTo(("news", new EventId(5, 0))));
    }

    /// <summary>The oracle of the doorbells: after any loss, what the bells say and what a resume lets read is all there is.</summary>
    [TestCase(1)]
    [TestCase(2)]
    public void Whatever_is_lost_a_bell_or_a_resume_leads_to_the_last_entry(int seed)
    {
        TestContext.Out.WriteLine($"seed {seed}: replay with TestCase({seed})");
        var random = new Random(seed);
        Shard.Open("news");
        EventId known = default;
        for (int round = 0; round < 30; round++)
        {
            Client.Resumed.Clear();
            Client.Rung.Clear();
            for (int i = random.Next(5); i >= 0; i--)
                Ask("EVAL", "redis.call('XADD', KEYS[1], '*', 'data', 'x') return redis.call('PUBLISH', KEYS[2], 'x')", 2, "sse:news", "sse:channel:news");
            if (random.Next(2) == 0) Ask("CLIENT", "KILL", "TYPE", random.Next(2) == 0 ? "pubsub" : "normal");
            Ask("EVAL", "redis.call('XADD', KEYS[1], '*', 'data', 'x') return redis.call('PUBLISH', KEYS[2], 'x')", 2, "sse:news", "sse:channel:news");
            Node.Until(() => Client.Resumed.Count + Client.Rung.Count > 0 && Shard.Store.IsUp, "to be told");
            string last = Ask("XREVRANGE", "sse:news", "+", "-", "COUNT", 1)[0][0].Text;
            Node.Until(() =>
            {
                Client.Answers.Clear();
                if (!Shard.Store.IsUp || Client.Resumed.Count + Client.Rung.Count == 0) return false;
                Client.Resumed.Clear();
                Client.Rung.Clear();
                // What was killed may be found out only by this read: then a resume follows, and leads to another.
                if (Shard.TryRead("news", known) is { } answer) known = answer.Result.Through;
                return known.ToString() == last;
            }, "the last entry");
        }
    }
}
