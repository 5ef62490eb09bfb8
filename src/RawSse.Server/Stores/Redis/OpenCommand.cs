using RawSse.Protocol.Ids;
using RawSse.Protocol.Resp;

namespace RawSse.Server.Stores.Redis;

/// <summary>Asks where a channel stands whose subscription was confirmed.</summary>
internal sealed class OpenCommand(RedisStore store) : ChannelCommand(store)
{
    private RedisSubscription _subscription = null!;

    public bool TryAsk(RedisSubscription subscription)
    {
        _subscription = subscription;
        Slot = subscription.Slot;
        Begin();
        BeginScript(RedisScript.Locate, 3);
        RespWriter.WriteBulk(Request, 1);
        Store.WriteStreamKey(Request, subscription.Name.Bytes);
        RespWriter.WriteBulk(Request, EventId.Zero);
        return Store.TrySend(this);
    }

    /// <summary>Asked again once the server is up.</summary>
    public override void OnLost() => Finish().IsLocating = false;

    protected override void OnAnswer(RedisLink link, ref RespReader reader)
    {
        StreamExtent extent = ExtentReader.Read(ref reader);
        Store.OnLocated(Finish(), extent.Newest);
    }

    protected override void OnError(RedisErrorKind kind, ReadOnlySpan<byte> text)
    {
        RedisSubscription subscription = _subscription;
        Store.NoteError(kind, text, subscription.Name);
        if (kind == RedisErrorKind.WrongType)
            Store.OnLocated(Finish(), EventId.Zero);
        else
            Store.LocateLater(Finish());
    }

    public RedisSubscription Finish()
    {
        RedisSubscription subscription = _subscription;
        _subscription = null!;
        Store.Opens.Return(this);
        return subscription;
    }
}
