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

    public RedisSubscription TakeSubscription()
    {
        RedisSubscription subscription = _subscription;
        _subscription = null!;
        return subscription;
    }

    public override void OnLost() => Store.Openings.OnLost(this);

    protected override void OnAnswer(RedisLink link, ref RespReader reader)
    {
        if (ExtentReader.TryRead(ref reader, out StreamExtent extent))
        {
            Store.Openings.OnLocated(this, extent.Newest);
            return;
        }
        NoteNonsense(RedisScript.Locate.Name, _subscription.Name);
        OnLost();
    }

    protected override void OnError(RedisErrorKind kind, ReadOnlySpan<byte> text)
    {
        Store.NoteError(kind, text, _subscription.Name);
        // What is no stream has no events, until it is one.
        if (kind == RedisErrorKind.WrongType)
            Store.Openings.OnLocated(this, EventId.Zero);
        else
            Store.Openings.OnRefused(this);
    }
}
