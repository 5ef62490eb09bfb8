using RawSse.Protocol.Resp;

namespace RawSse.Server.Stores.Redis;

/// <summary>Waits until enough replicas have the publishes that were sent before it.</summary>
internal sealed class WaitCommand : RedisCommand
{
    /// <summary>Shorter than a link's deadline: a replica that lags is no lost connection.</summary>
    private const int WaitMsMax = 2000;

    private readonly ReplicaConfirmations _confirmations;
    private readonly int _replicas;

    public WaitCommand(ReplicaConfirmations confirmations, int replicas)
    {
        _confirmations = confirmations;
        _replicas = replicas;
        RespWriter.WriteCommand(Request, 3);
        RespWriter.WriteBulk(Request, "WAIT"u8);
        RespWriter.WriteBulk(Request, replicas);
        RespWriter.WriteBulk(Request, WaitMsMax);
    }

    /// <summary>Publishes that only replicas are awaited for.</summary>
    public List<PublishCommand> Held { get; } = [];

    public override void OnReply(RedisLink link, ReadOnlySpan<byte> reply)
    {
        var reader = new RespReader(reply);
        Answer(reader.Read() && reader.Type == RespType.Integer && reader.Integer >= _replicas);
    }

    public override void OnLost() => Answer(isConfirmed: false);

    private void Answer(bool isConfirmed)
    {
        // Whoever is answered may publish again, and be held by the next.
        _confirmations.OnAnswered(this);
        foreach (PublishCommand command in Held)
        {
            AppendResult result = isConfirmed ? command.Result : new AppendResult(AppendStatus.Unconfirmed, default);
            command.Store.Publishes.Release(command, result);
        }
        Held.Clear();
        _confirmations.Return(this);
    }
}
