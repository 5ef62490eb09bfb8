using RawSse.Protocol.Ids;

namespace RawSse.Server.Stores.Redis;

/// <summary>
/// The channels that are being opened: once one is subscribed its last id is asked for, and told. A bounded number is asked for
/// at a time, since after a start or a reconnect there may be very many. Home shard's thread.
/// </summary>
internal sealed class Openings
{
    private const int AskedMax = 1000;

    private readonly RedisStore _store;
    private readonly CommandPool<OpenCommand> _pool;
    private readonly Queue<RedisSubscription> _waiting = new();
    private int _asked;

    public Openings(RedisStore store)
    {
        _store = store;
        _pool = new(() => new OpenCommand(store));
    }

    /// <summary>
    /// Asks for the last id of a channel that is subscribed and not yet open. When the server cannot be asked now it is left to
    /// be begun again, as every such channel is when its server comes up.
    /// </summary>
    public void Begin(RedisSubscription subscription)
    {
        if (subscription.IsLocating || subscription.IsOpened || subscription.State != SubscriptionState.Confirmed)
            return;
        subscription.IsLocating = true;
        if (_asked < AskedMax)
            Ask(subscription);
        else
            _waiting.Enqueue(subscription);
    }

    public void OnLocated(OpenCommand command, EventId lastId)
    {
        RedisSubscription subscription = End(command);
        // If the subscription was lost meanwhile it is asked for again once it is confirmed.
        if (!subscription.IsGone && subscription.State == SubscriptionState.Confirmed)
        {
            subscription.IsOpened = true;
            subscription.MustResume = false;
            _store.Client.OnOpened(subscription.Channel, lastId);
            if (subscription is { IsRung: true, IsGone: false })
                _store.Client.OnAnnounced(subscription.Channel, Announcement.Bell);
        }
        AskNext();
    }

    /// <summary>The server said no: it is asked again at the next tick.</summary>
    public void OnRefused(OpenCommand command)
    {
        _store.LocateLater(End(command));
        AskNext();
    }

    /// <summary>Begun again at the next tick, or once the server is up.</summary>
    public void OnLost(OpenCommand command) => OnRefused(command);

    private void Ask(RedisSubscription subscription)
    {
        _asked++;
        OpenCommand command = _pool.Rent();
        if (!command.TryAsk(subscription))
            End(command);
    }

    private void AskNext()
    {
        while (_asked < AskedMax && _waiting.TryDequeue(out RedisSubscription? subscription))
        {
            if (subscription.IsGone || subscription.State != SubscriptionState.Confirmed)
                subscription.IsLocating = false;
            else
                Ask(subscription);
        }
    }

    private RedisSubscription End(OpenCommand command)
    {
        _asked--;
        RedisSubscription subscription = command.TakeSubscription();
        subscription.IsLocating = false;
        _pool.Return(command);
        return subscription;
    }
}
