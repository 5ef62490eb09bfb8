using System.Diagnostics;
using RawSse.Protocol.Ids;
using RawSse.Protocol.Resp;
using RawSse.Server.Channels;
using RawSse.Server.Shards;

namespace RawSse.Server.Stores.Redis;

/// <summary>
/// One shard's share of a Redis: its streams are the history, its Pub/Sub the doorbell. All state lives on the shard's thread;
/// only the links' input and output does not.
/// </summary>
internal sealed class RedisStore : IStore
{
    private readonly NameTable<RedisSubscription> _subscriptions = new();
    private readonly LaterList _later;
    private readonly EntryAverage _average = new();

    /// <summary>All there are: the store may end in the midst of a reply.</summary>
    private readonly List<ReadCommand> _reads = [];
    private readonly RedisShared _shared;
    private readonly long _startedAt;
    private volatile bool _hasPatterns;
    private volatile bool _isUp;

    /// <summary>Begins to connect at once.</summary>
    /// <param name="mailbox">the shard's</param>
    public RedisStore(
        IStoreClient client, RedisStoreOptions options, int shard, Mailbox mailbox, RedisShared shared, MemoryBudget budget)
    {
        Client = client;
        Options = options;
        Shard = shard;
        Mailbox = mailbox;
        Budget = budget;
        _shared = shared;
        shared.Stores[shard] = this;
        _startedAt = Clock.GetTimestamp();
        _later = new LaterList(this);
        Doorbells = new Doorbells(this);
        Publishes = new PublishPipeline(this);
        Locates = new(() => new LocateCommand(this));
        Openings = new Openings(this);
        // All that were ever made are listed, so all are kept.
        Reads = new(CreateRead, int.MaxValue);
        Verifies = new(() => new VerifyCommand(this));
        PublishConstants = options.WritePublishConstants();
        if (shard == 0 && options.Patterns.Count > 0)
            Patterns = new PatternRelay(this, shared);
        Servers = options.Settings.Topology == RedisTopology.Cluster ? new ClusterServers(this) : new SingleServer(this);
    }

    public bool IsUp => _isUp && (_hasPatterns || Options.Patterns.Count == 0);

    public bool IsLocal => false;

    public IEnumerable<ChannelName> Channels => [];

    public IStoreClient Client { get; }

    public RedisStoreOptions Options { get; }

    public int Shard { get; }

    public Mailbox Mailbox { get; }

    public MemoryBudget Budget { get; }

    public TimeProvider Clock => _shared.Clock;

    public RedisNotes Notes => _shared.Notes;

    public RedisMetrics Metrics { get; } = new();

    public RedisServers Servers { get; }

    public Doorbells Doorbells { get; }

    public PublishPipeline Publishes { get; }

    /// <summary>Of the shard that has the patterns; null on the others.</summary>
    public PatternRelay? Patterns { get; }

    public CommandPool<LocateCommand> Locates { get; }

    public Openings Openings { get; }

    public CommandPool<ReadCommand> Reads { get; }

    public CommandPool<VerifyCommand> Verifies { get; }

    /// <summary>The arguments that end every call of publish.lua, in RESP.</summary>
    public byte[] PublishConstants { get; }

    /// <summary>Ms since the store was made, as of the last tick.</summary>
    public long NowMs { get; private set; }

    /// <summary>How many entries make about a page.</summary>
    public int EntriesPerRead => _average.EntriesPerRead;

    public bool IsReachable(ChannelName channel) =>
        ServerOf(SlotOf(channel.Bytes)) is { IsUp: true } && (_hasPatterns || !Options.HasPatternFor(channel));

    public void Open(Channel channel)
    {
        bool isByPattern = Options.HasPatternFor(channel.Name);
        var subscription = new RedisSubscription(channel, SlotOf(channel.Name.Bytes), isByPattern);
        _subscriptions.Add(subscription);
        Place(subscription);
    }

    public void Close(Channel channel)
    {
        RedisSubscription? subscription = _subscriptions.Find(channel.Name);
        Invariant.Must(subscription is not null, "a channel is closed once");
        subscription.IsGone = true;
        _subscriptions.Remove(subscription);
        subscription.Server?.Channels.Remove(subscription);
    }

    public void Verify(Channel channel, EventId lastId, bool extendsExpiry)
    {
        if (_subscriptions.Find(channel.Name) is not { } subscription)
            return;
        Verifies.Rent().Ask(subscription, lastId, extendsExpiry ? (long)Options.Retention.Ttl.TotalMilliseconds : 0);
    }

    public void Append(scoped in NewEvent newEvent, ReadOnlySpan<byte> key, object request) =>
        Publishes.Append(newEvent, key, request);

    public void Locate(ChannelName channel, StartPoint start, object request) => Locates.Rent().Ask(channel, start, request);

    public void Read(ChannelName channel, EventId after, EventId until, object request) =>
        Reads.Rent().Ask(channel, after, until, request);

    public StreamExtent? Peek(ReadOnlySpan<byte> channel) => null;

    public long BytesOf(ReadOnlySpan<byte> channel) => 0;

    public void Tick()
    {
        NowMs = (long)Clock.GetElapsedTime(_startedAt).TotalMilliseconds;
        Servers.Tick();
        Publishes.Tick();
        Patterns?.Tick();
        _later.Tick();
    }

    public void Flush()
    {
        Patterns?.Flush();
        Servers.Flush();
    }

    public void Relieve()
    {
    }

    public void Dispose()
    {
        Servers.Dispose();
        foreach (ReadCommand read in _reads)
            read.Abandon();
    }

    public RedisSubscription? Find(ReadOnlySpan<byte> channel) => _subscriptions.Find(channel);

    public int SlotOf(ReadOnlySpan<byte> channel) => Servers.SlotOf(channel);

    public RedisServer? ServerOf(int slot) => Servers.Of(slot);

    /// <summary>Whom a command goes to: the slot's owner, unless that has sent it on.</summary>
    public RedisServer? ServerFor(ChannelCommand command) =>
        command.AskedNext is { } endpoint ? Servers.At(endpoint) : Servers.Of(command.Slot);

    /// <summary>Sends to whoever holds the command's slot; false: that cannot be reached.</summary>
    public bool TrySend(ChannelCommand command)
    {
        if (ServerFor(command) is not { Commands.IsOpen: true } server)
            return false;
        SendTo(server.Commands, command);
        return true;
    }

    public static void SendTo(RedisLink link, ChannelCommand command)
    {
        if (command.AskedNext is not null)
            link.Send(new AskingCommand());
        command.AskedNext = null;
        link.Send(command);
    }

    public void RepeatLater(ChannelCommand command) => _later.Add(command);

    public void SubscribeLater(RedisSubscription subscription) => _later.AddSubscribe(subscription);

    public void LocateLater(RedisSubscription subscription) => _later.AddLocate(subscription);

    public void OnMoved(int slot, RedisEndpoint owner) => Servers.OnMoved(slot, owner);

    public void OnServersChanged() => _isUp = Servers is { IsUp: true };

    public void OnSubscriptionsOpened(RedisServer server) => Patterns?.OnLinkOpened(server);

    public void OnSubscriptionsLost(RedisServer server) => Patterns?.OnLinkLost(server);

    /// <summary>The patterns are live, again or after messages were dropped; or they are not.</summary>
    public void OnPatterns(bool isLive)
    {
        _hasPatterns = isLive;
        foreach (RedisServer server in Servers.All)
            server.OnPatterns(isLive);
    }

    public void NoteEntries(int count, long bytes) => _average.Add(count, bytes);

    public void NoteSkipped(ChannelName channel, EventId id, string problem)
    {
        Metrics.Skipped++;
        Notes.Skipped(channel, id, problem);
    }

    public void NoteError(RedisErrorKind kind, ReadOnlySpan<byte> text, ChannelName? channel)
    {
        Debug.Assert(kind != RedisErrorKind.KeyReused, "a key's reuse is the publisher's business");
        Notes.Error(text, channel);
    }

    public void WriteStreamKey(ByteBuffer request, ReadOnlySpan<byte> channel)
    {
        Span<byte> name = stackalloc byte[RedisKeys.BytesMax];
        RespWriter.WriteBulk(request, Options.Keys.Stream(channel, name));
    }

    public void WritePubSubChannel(ByteBuffer request, ReadOnlySpan<byte> channel)
    {
        Span<byte> name = stackalloc byte[RedisKeys.BytesMax];
        RespWriter.WriteBulk(request, Options.Keys.PubSubChannel(channel, name));
    }

    /// <summary>Puts a subscription with the server that holds its slot.</summary>
    public void Place(RedisSubscription subscription)
    {
        if (ServerOf(subscription.Slot) is not { } server)
        {
            SubscribeLater(subscription);
            return;
        }
        server.Channels.Add(subscription);
        if (!subscription.IsByPattern || !_hasPatterns)
            return;
        subscription.State = SubscriptionState.Confirmed;
        server.OnConfirmed(subscription);
    }

    /// <summary>Takes a subscription to the server that holds its slot now.</summary>
    public void Move(RedisSubscription subscription)
    {
        // Shard channels were let go by the one that has lost the slot.
        subscription.Server!.Channels.Remove(subscription, leaves: !Options.IsSharded);
        subscription.Miss();
        subscription.HasNewHistory = true;
        Place(subscription);
    }

    private ReadCommand CreateRead()
    {
        var read = new ReadCommand(this);
        _reads.Add(read);
        return read;
    }
}
