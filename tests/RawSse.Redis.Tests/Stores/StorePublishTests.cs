using RawSse.Redis.Tests.Support;
using RawSse.Server.Stores;
using EventId = RawSse.Protocol.Ids.EventId;

namespace RawSse.Redis.Tests.Stores;

/// <summary>Publishes go through the script, in order, and are answered with what became of them.</summary>
internal sealed class StorePublishTests : StoreTest
{
    [Test]
    public void A_publish_stores_type_and_data_as_they_are()
    {
        EventId id = Shard.Append("news", "a\r\nb\0c", "update").Id;
        RespReply entry = Ask("XRANGE", "sse:news", "-", "+")[0];
        Assert.That(entry[0].Text, Is.EqualTo(id.ToString()));
        Assert.That(entry[1].Items!.Select(item => item.Text), Is.EqualTo(new[] { "type", "update", "data", "a\r\nb\0c" }));
        Assert.That(Ask("PTTL", "sse:news").Number, Is.InRange(3_500_000, 3_600_000));
    }

    [Test]
    public void After_a_stream_was_emptied_a_doorbell_still_names_what_was_before_it()
    {
        Shard.Open("news");
        Shard.Add("news");
        string missed = Ask("XADD", "sse:news", "*", "data", "nobody was told").Text;
        Ask("XTRIM", "sse:news", "MAXLEN", "0");
        EventId id = Shard.Add("news");
        Node.Until(() => Client.Rung.Any(rung => rung.Id == id), "the doorbell");
        // Its answer tells of a publish, too, before or after its message.
        Assert.That(Client.Rung.Where(rung => rung.Id == id).Select(rung => rung.Previous.ToString()), Is.All.EqualTo(missed));
    }

    [Test]
    public void A_key_repeats_and_conflicts()
    {
        AppendResult first = Shard.Append("news", "data", key: "key");
        Assert.That(first.Status, Is.EqualTo(AppendStatus.Stored));
        Assert.That(Shard.Append("news", "data", key: "key"), Is.EqualTo(new AppendResult(AppendStatus.Repeated, first.Id)));
        Assert.That(Shard.Append("news", "other", key: "key").Status, Is.EqualTo(AppendStatus.KeyConflict));
        Assert.That(Shard.Append("sport", "other", key: "key").Status, Is.EqualTo(AppendStatus.Stored));
        Assert.That(Ask("XLEN", "sse:news").Number, Is.EqualTo(1));
    }

    [Test]
    public void Publishes_are_answered_in_order_and_stored_in_order()
    {
        object[] requests = [.. Enumerable.Range(0, 1000).Select(i => Shard.BeginAppend("news", $"{i}"))];
        Shard.Await<AppendResult>(requests[^1]);
        Assert.That(Client.Appended, Is.EqualTo(requests));
        AssertStored(1000);
    }

    [Test]
    public void A_flush_of_the_scripts_is_survived_in_order()
    {
        var requests = new List<object>();
        for (int round = 0; round < 20; round++)
        {
            Ask("SCRIPT", "FLUSH");
            for (int i = 0; i < 50; i++) requests.Add(Shard.BeginAppend("news", $"{requests.Count}"));
            Node.Step();
            for (int i = 0; i < 50; i++) requests.Add(Shard.BeginAppend("news", $"{requests.Count}"));
        }
        Shard.Await<AppendResult>(requests[^1]);
        Assert.That(Client.Appended, Is.EqualTo(requests));
        AssertStored(2000);
        Assert.That(Shard.Store.Metrics.Repeats, Is.Positive);
    }

    [Test]
    public void Reads_survive_a_flush_of_the_scripts()
    {
        EventId id = Shard.Add("news");
        Ask("SCRIPT", "FLUSH");
        Assert.That(Shard.Locate("news", StartPoint.Now).Newest, Is.EqualTo(id));
        Ask("SCRIPT", "FLUSH");
        Assert.That(Shard.Read("news", EventId.Zero).Ids, Is.EqualTo(new[] { id }));
        Ask("SCRIPT", "FLUSH");
        Assert.That(Shard.Open("news"), Is.EqualTo(id));
    }

    [Test]
    public void Memory_that_is_used_up_refuses_publishes()
    {
        Shard.Add("news");
        Ask("CONFIG", "SET", "maxmemory", "1");
        Assert.That(Shard.Append("news", "b").Status, Is.EqualTo(AppendStatus.OutOfMemory));
        Ask("CONFIG", "SET", "maxmemory", "0");
        Assert.That(Shard.Append("news", "c").Status, Is.EqualTo(AppendStatus.Stored));
        Assert.That(Node.Log, Has.Some.Contain("OOM"));
    }

    [Test]
    public void A_key_that_is_no_stream_is_unavailable_and_logged()
    {
        Ask("SET", "sse:news", "x");
        Assert.That(Shard.Append("news", "b").Status, Is.EqualTo(AppendStatus.Unavailable));
        Assert.That(Node.Log, Has.Some.Contain("WRONGTYPE"));
    }

    [Test]
    public void A_publish_that_may_have_been_announced_to_nobody_is_unconfirmed()
    {
        Ask("ACL", "SETUSER", "default", "-publish");
        Assert.That(Shard.Append("news", "b").Status, Is.EqualTo(AppendStatus.Unconfirmed));
        Assert.That(Ask("XLEN", "sse:news").Number, Is.EqualTo(1), "the script failed behind its XADD");
    }

    [Test]
    public void What_was_sent_when_the_server_dies_is_unconfirmed_and_then_publishes_are_unavailable()
    {
        Redis.Stop();
        object sent = Shard.BeginAppend("news", "a");
        Node.Step();
        Node.Await(Redis.KillAsync());
        Assert.That(Shard.Await<AppendResult>(sent).Status, Is.EqualTo(AppendStatus.Unconfirmed));
        Assert.That(Shard.Append("news", "b").Status, Is.EqualTo(AppendStatus.Unavailable));
        Assert.That(Shard.Store.IsUp, Is.False);
        Node.Await(Redis.RestartAsync());
        Node.UntilUp();
        Assert.That(Shard.Append("news", "c").Status, Is.EqualTo(AppendStatus.Stored));
    }

    [Test]
    public void A_master_that_became_a_replica_is_left()
    {
        Ask("REPLICAOF", "127.0.0.1", "1");
        Assert.That(Shard.Append("news", "b").Status, Is.EqualTo(AppendStatus.Unavailable));
        Node.Until(() => !Shard.Store.IsUp, "the store to be away");
        Ask("REPLICAOF", "NO", "ONE");
        Node.UntilUp();
        Assert.That(Shard.Append("news", "c").Status, Is.EqualTo(AppendStatus.Stored));
    }

    [Test]
    public void A_master_that_became_a_replica_is_left_also_when_nothing_is_published()
    {
        Ask("REPLICAOF", "127.0.0.1", "1");
        Node.Until(() => !Shard.Store.IsUp, "the store to be away");
    }

    [Test]
    public void Too_many_publishes_under_way_are_refused()
    {
        // All in one turn: nothing is answered in between.
        string data = new('x', 200_000);
        var requests = new List<object>();
        for (int i = 0; i < 400; i++) requests.Add(Shard.BeginAppend("news", data));
        int busy = requests.Count(r => Client.Answers.TryGetValue(r, out object? answer) && ((AppendResult)answer).Status == AppendStatus.Busy);
        Assert.That(busy, Is.InRange(100, 200), "48 MiB are 252 of them");
        Shard.Await<AppendResult>(requests[200]);
        Node.Until(() => Client.Answers.Count == 400, "all answers");
        Assert.That(Shard.Append("news", "b").Status, Is.EqualTo(AppendStatus.Stored));
    }

    private void AssertStored(int count)
    {
        RespReply entries = Ask("XRANGE", "sse:news", "-", "+");
        Assert.That(entries.Items!.Select(entry => entry[1][3].Text), Is.EqualTo(Enumerable.Range(0, count).Select(i => $"{i}")));
    }
}
