namespace RawSse.Server.Stores.Redis;

/// <summary>
/// Holds what Redis has answered until enough replicas have it too. Behind each turn's publishes goes one WAIT, on the same
/// connection: its answer is about all that was written before it.
/// </summary>
internal sealed class ReplicaConfirmations(int replicas)
{
    private readonly Queue<WaitCommand> _sent = new();
    private readonly Stack<WaitCommand> _spare = new();
    private bool _isExpecting;

    /// <summary>A publish was sent in this turn.</summary>
    public void Expect() => _isExpecting = true;

    /// <summary>Keeps an answered publish for the WAIT that was sent behind it: answers come in order, so that is the oldest.</summary>
    public void Hold(PublishCommand command) => _sent.Peek().Held.Add(command);

    public void Flush(RedisLink link)
    {
        if (!_isExpecting)
            return;
        _isExpecting = false;
        if (!link.IsOpen)
            return;
        if (!_spare.TryPop(out WaitCommand? wait))
            wait = new WaitCommand(this, replicas);
        _sent.Enqueue(wait);
        link.Send(wait);
    }

    public void OnAnswered(WaitCommand wait)
    {
        _sent.Dequeue();
        _spare.Push(wait);
    }
}
