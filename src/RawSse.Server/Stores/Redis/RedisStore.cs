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
    /// <summary>An idempotency key is remembered for so long (contract §2).</summary>
    private const long KeyMs = 5 * 60 * 1000;

    private readonly NameTable<RedisSubscription> _subscriptions = new();
    private readonly LaterList _later;
    private readonly EntryAverage _average = new();
    private readonly RedisShared _shared;
    private readonly long _startedAt;
    private bool _hasPatterns;
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
        Opens = new(() => new OpenCommand(this));
        Reads = new(() => new ReadCommand(this));
        Verifies = new(() => new VerifyCommand(this));
        Extends = new(() => new ExtendCommand(this));
        PublishConstants = WritePublishConstants(options);
        if (shard == 0 && options.Patterns.Count > 0)
            Patterns = new PatternRelay(this, shared);
        Servers = new SingleServer(this);
    }

    public bool IsUp => _isUp;

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

    public CommandPool<OpenCommand> Opens { get; }

    public CommandPool<ReadCommand> Reads { get; }

    public CommandPool<VerifyCommand> Verifies { get; }

    public CommandPool<ExtendCommand> Extends { get; }

    /// <summary>The arguments that end every call of publish.lua, in RESP.</summary>
    public byte[] PublishConstants { get; }

    /// <summary>Ms since the store was made, as of the last tick.</summary>
    public long NowMs { get; private set; }

    /// <summary>How many entries make about a page.</summary>
    public int EntriesPerRead => _average.EntriesPerRead;

    public bool IsReachable(ChannelName channel) => ServerOf(SlotOf(channel.Bytes)) is { IsUp: true };

    public void Open(Channel channel)
    {
        bool isByPattern = IsByPattern(channel.Name);
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
        Verifies.Rent().Ask(subscription, lastId);
        if (extendsExpiry)
            Extends.Rent().Ask(subscription, (long)Options.Retention.Ttl.TotalMilliseconds);
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

    public void Dispose() => Servers.Dispose();

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

    public void OnServerChanged(RedisServer server)
    {
        Servers?.OnChanged(server);
        _isUp = Servers is { IsUp: true };
    }

    public void OnSubscriptionsOpened(RedisServer server) => Patterns?.OnLinkOpened(server);

    public void OnSubscriptionsLost(RedisServer server) => Patterns?.OnLinkLost(server);

    /// <summary>Asks for the last id of a channel that is subscribed; again when the server comes up if it cannot be asked now.</summary>
    public void TryLocate(RedisSubscription subscription)
    {
        if (subscription.IsLocating || subscription.IsOpened || subscription.State != SubscriptionState.Confirmed)
            return;
        OpenCommand command = Opens.Rent();
        subscription.IsLocating = command.TryAsk(subscription);
        if (!subscription.IsLocating)
            command.Finish();
    }

    public void OnLocated(RedisSubscription subscription, EventId lastId)
    {
        subscription.IsLocating = false;
        // If the subscription was lost meanwhile it is asked for again once it is confirmed.
        if (subscription.IsGone || subscription.State != SubscriptionState.Confirmed)
            return;
        subscription.IsOpened = true;
        subscription.MustResume = false;
        Client.OnOpened(subscription.Channel, lastId);
        if (subscription is { IsRung: true, IsGone: false })
            Client.OnAnnounced(subscription.Channel, Announcement.Bell);
    }

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
            return;
        server.Channels.Add(subscription);
        if (!subscription.IsByPattern || !_hasPatterns)
            return;
        subscription.State = SubscriptionState.Confirmed;
        server.OnConfirmed(subscription);
    }

    private bool IsByPattern(ChannelName name)
    {
        foreach (GlobPattern pattern in Options.Patterns)
        {
            if (pattern.IsMatch(name.Bytes))
                return true;
        }
        return false;
    }

    private static byte[] WritePublishConstants(RedisStoreOptions options)
    {
        var bytes = new ByteBuffer();
        RespWriter.WriteBulk(bytes, options.Retention.LengthMax);
        RespWriter.WriteBulk(bytes, (long)options.Retention.Ttl.TotalMilliseconds);
        RespWriter.WriteBulk(bytes, options.IsSharded ? "SPUBLISH"u8 : "PUBLISH"u8);
        RespWriter.WriteBulk(bytes, KeyMs);
        byte[] constants = bytes.Written.ToArray();
        bytes.Release();
        return constants;
    }
}
