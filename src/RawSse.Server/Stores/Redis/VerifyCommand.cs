using RawSse.Protocol.Ids;
using RawSse.Protocol.Resp;

namespace RawSse.Server.Stores.Redis;

/// <summary>Compares a channel's last id with the stream's.</summary>
internal sealed class VerifyCommand(RedisStore store) : ChannelCommand(store)
{
    private RedisSubscription _subscription = null!;
    private EventId _lastId;

    /// <param name="ttlMs">begins the stream's expiry anew if it has one; 0 leaves it alone</param>
    public void Ask(RedisSubscription subscription, EventId lastId, long ttlMs)
    {
        _subscription = subscription;
        _lastId = lastId;
        Slot = subscription.Slot;
        Begin();
        BeginScript(RedisScript.Verify, 3);
        RespWriter.WriteBulk(Request, 1);
        Store.WriteStreamKey(Request, subscription.Name.Bytes);
        RespWriter.WriteBulk(Request, ttlMs);
        if (!Store.TrySend(this))
            OnLost();
    }

    /// <summary>What may follow is found when the channel is resumed, or by the next look.</summary>
    public override void OnLost() => Answer(isLast: true);

    protected override void OnAnswer(RedisLink link, ref RespReader reader)
    {
        bool isKnown = EventId.TryParse(reader.Text, out EventId lastId);
        if (!isKnown)
            NoteNonsense(RedisScript.Verify.Name, _subscription.Name);
        // No stream: it expired, and nothing follows. What came meanwhile may have been announced meanwhile.
        bool isSame = lastId == _lastId || (lastId > _lastId && _subscription.Channel.Log is { } log && lastId <= log.LastId);
        Answer(isLast: !isKnown || lastId == EventId.Zero || isSame);
    }

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
