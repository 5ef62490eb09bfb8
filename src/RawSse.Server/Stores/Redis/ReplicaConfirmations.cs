namespace RawSse.Server.Stores.Redis;

/// <summary>
/// Holds what Redis has answered until enough replicas have it too. One WAIT is under way at a time, since it holds up its
/// connection: its answer is about all that was answered before it, and what is answered behind it has the next.
/// </summary>
internal sealed class ReplicaConfirmations(int replicas)
{
    private WaitCommand? _asked;
    private WaitCommand? _spare;
    private WaitCommand? _next;
    private bool _isExpecting;

    /// <summary>A publish was sent.</summary>
    public void Expect() => _isExpecting = true;

    /// <summary>Keeps an answered publish until replicas have it.</summary>
    /// <remarks>Answers come in order: with a WAIT under way, this publish was sent before it.</remarks>
    public void Hold(PublishCommand command) => (_asked ?? (_next ??= Rent())).Held.Add(command);

    /// <summary>Sends the WAIT for what has been sent since the last one, and for what is held already.</summary>
    public void Flush(RedisLink link)
    {
        if (_asked is not null || !link.IsOpen || (!_isExpecting && _next is null))
            return;
        _isExpecting = false;
        _asked = _next ?? Rent();
        _next = null;
        link.Send(_asked);
    }

    public void OnAnswered(WaitCommand wait)
    {
        if (ReferenceEquals(_asked, wait))
            _asked = null;
    }

    public void Return(WaitCommand wait) => _spare = wait;

    /// <summary>The link was lost: what waited for the next WAIT is confirmed by none.</summary>
    public void OnLost()
    {
        WaitCommand? next = _next;
        _next = null;
        _isExpecting = false;
        next?.OnLost();
    }

    private WaitCommand Rent()
    {
        WaitCommand wait = _spare ?? new WaitCommand(this, replicas);
        _spare = null;
        return wait;
    }
}
