using RawSse.Protocol.Resp;

namespace RawSse.Server.Stores.Redis;

/// <summary>Begins the expiry of a stream anew, where it has one. Nobody waits for its answer.</summary>
internal sealed class ExtendCommand(RedisStore store) : ChannelCommand(store)
{
    public void Ask(RedisSubscription subscription, long ttlMs)
    {
        Slot = subscription.Slot;
        Begin();
        BeginScript(RedisScript.Extend, 3);
        RespWriter.WriteBulk(Request, 1);
        Store.WriteStreamKey(Request, subscription.Name.Bytes);
        RespWriter.WriteBulk(Request, ttlMs);
        if (!Store.TrySend(this))
            OnLost();
    }

    public override void OnLost() => Store.Extends.Return(this);

    protected override void OnAnswer(RedisLink link, ref RespReader reader) => OnLost();

    protected override void OnError(RedisErrorKind kind, ReadOnlySpan<byte> text) => OnLost();
}
