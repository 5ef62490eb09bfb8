using System.Text;
using RawSse.Protocol.Ids;
using RawSse.Server.Channels;
using RawSse.Server.Stores;
using RawSse.Server.Stores.Redis;
using EventId = RawSse.Protocol.Ids.EventId;

namespace RawSse.Redis.Tests.Stores;

/// <summary>One shard's store, its mailbox, and what it said. Stepped by its <see cref="TestNode"/>.</summary>
internal sealed class TestShard
{
    private readonly TestNode _node;
    private readonly Dictionary<string, Channel> _channels = [];

    public TestShard(TestNode node, int number, RedisStoreOptions options, RedisShared shared)
    {
        _node = node;
        Number = number;
        Mailbox.Wake = node.Wake;
        Store = new RedisStore(Client, options, number, Mailbox, shared, node.Budget);
    }

    public int Number { get; }

    public Mailbox Mailbox { get; } = new();

    public StoreClient Client { get; } = new();

    public RedisStore Store { get; }

    /// <summary>Takes no turns.</summary>
    public bool IsStuck { get; set; }

    /// <summary>Opens a channel and returns at once.</summary>
    public Channel Begin(string channel)
    {
        var opened = new Channel(Name(channel), Number);
        _channels.Add(channel, opened);
        Store.Open(opened);
        return opened;
    }

    /// <summary>Opens a channel and returns its last id.</summary>
    public EventId Open(string channel)
    {
        int before = Client.Opened.Count;
        Begin(channel);
        _node.Until(() => Client.Opened.Count > before, $"{channel} to be opened");
        return Client.Opened[^1].LastId;
    }

    public void Close(string channel)
    {
        _channels.Remove(channel, out Channel? closed);
        Store.Close(closed!);
    }

    public object BeginAppend(string channel, string data, string type = "", string key = "")
    {
        object request = new();
        Store.Append(new NewEvent(Utf8(channel), Utf8(type), Utf8(data)), Utf8(key), request);
        return request;
    }

    public AppendResult Append(string channel, string data, string type = "", string key = "") =>
        Await<AppendResult>(BeginAppend(channel, data, type, key));

    public EventId Add(string channel, string data = "x")
    {
        AppendResult result = Append(channel, data);
        Assert.That(result.Status, Is.EqualTo(AppendStatus.Stored));
        return result.Id;
    }

    public StreamExtent Locate(string channel, StartPoint start)
    {
        object request = new();
        Store.Locate(Name(channel), start, request);
        return Await<StreamExtent>(request);
    }

    public ReadAnswer Read(string channel, EventId after, EventId? until = null) =>
        Await<ReadAnswer>(BeginRead(channel, after, until));

    /// <summary>Null: the store went away before it answered.</summary>
    public ReadAnswer? TryRead(string channel, EventId after)
    {
        object request = BeginRead(channel, after);
        _node.Until(() => Client.Answers.ContainsKey(request), "an answer");
        return Client.IsUnanswered(request) ? null : (ReadAnswer)Client.Answers[request];
    }

    public bool Verify(string channel, EventId lastId, bool extendsExpiry = false)
    {
        int before = Client.Verified.Count;
        Store.Verify(_channels[channel], lastId, extendsExpiry);
        _node.Until(() => Client.Verified.Count > before, $"{channel} to be verified");
        return Client.Verified[^1].IsLast;
    }

    public T Await<T>(object request)
    {
        _node.Until(() => Client.Answers.ContainsKey(request), "an answer");
        Assert.That(Client.Answers[request], Is.InstanceOf<T>());
        return (T)Client.Answers[request];
    }

    public static ChannelName Name(string channel) =>
        ChannelName.TryCreate(Utf8(channel), out ChannelName? name, out _) ? name : throw new ArgumentException(channel);

    private object BeginRead(string channel, EventId after, EventId? until = null)
    {
        object request = new();
        Store.Read(Name(channel), after, until ?? EventId.Max, request);
        return request;
    }

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
