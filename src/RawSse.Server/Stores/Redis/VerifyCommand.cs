using RawSse.Protocol.Ids;
using RawSse.Protocol.Resp;

namespace RawSse.Server.Stores.Redis;

/// <summary>Looks whether anything follows an id.</summary>
internal sealed class VerifyCommand(RedisStore store) : ChannelCommand(store)
{
    private RedisSubscription _subscription = null!;
    private bool _isLast;

    /// <summary>An entry may be large, and is not looked at.</summary>
    public override bool TakesElements => true;

    public void Ask(RedisSubscription subscription, EventId lastId)
    {
        _subscription = subscription;
        _isLast = true;
        Slot = subscription.Slot;
        Begin();
        RespWriter.WriteCommand(Request, 6);
        RespWriter.WriteBulk(Request, "XRANGE"u8);
        Store.WriteStreamKey(Request, subscription.Name.Bytes);
        RespWriter.WriteBulk(Request, lastId.Next());
        RespWriter.WriteBulk(Request, "+"u8);
        RespWriter.WriteBulk(Request, "COUNT"u8);
        RespWriter.WriteBulk(Request, 1);
        if (!Store.TrySend(this))
            OnLost();
    }

    public override void OnElement(RedisLink link, ReadOnlySpan<byte> element) => _isLast = false;

    /// <summary>What may follow is found when the channel is resumed, or by the next look.</summary>
    public override void OnLost() => Answer(isLast: true);

    protected override void OnAnswer(RedisLink link, ref RespReader reader) => Answer(_isLast);

    protected override void OnError(RedisErrorKind kind, ReadOnlySpan<byte> text)
    {
        Store.NoteError(kind, text, _subscription.Name);
        Answer(isLast: true);
    }

    private void Answer(bool isLast)
    {
        RedisSubscription subscription = Finish();
        if (subscription is { IsGone: false, IsOpened: true })
            Store.Client.OnVerified(subscription.Channel, isLast);
    }

    private RedisSubscription Finish()
    {
        RedisSubscription subscription = _subscription;
        _subscription = null!;
        Store.Verifies.Return(this);
        return subscription;
    }
}
