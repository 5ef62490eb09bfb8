using System.Text;
using RawSse.Protocol.Resp;

namespace RawSse.Server.Stores.Redis;

/// <summary>
/// Asks a server from time to time whether it is still a master, and of the same history: neither need end a connection.
/// </summary>
internal sealed class HistoryCommand : RedisCommand
{
    private const long PeriodMs = 2000;

    private readonly RedisServer _server;
    private long _askedAtMs;
    private bool _isPending;

    public HistoryCommand(RedisServer server)
    {
        _server = server;
        RespWriter.WriteCommand(Request, 2);
        RespWriter.WriteBulk(Request, "INFO"u8);
        RespWriter.WriteBulk(Request, "replication"u8);
    }

    /// <summary>Only while the server is up.</summary>
    public void Tick(long nowMs)
    {
        if (_isPending || nowMs - _askedAtMs < PeriodMs)
            return;
        _isPending = true;
        _askedAtMs = nowMs;
        _server.Commands.Send(this);
    }

    public override void OnReply(RedisLink link, ReadOnlySpan<byte> reply)
    {
        _isPending = false;
        var reader = new RespReader(reply);
        // INFO may be forbidden; then only a new connection shows a new history.
        if (!reader.Read() || reader.IsError)
            return;
        ReadOnlySpan<byte> replicationId = Field(reader.Text, "master_replid:"u8);
        if (!replicationId.IsEmpty)
            _server.OnHistory(!Field(reader.Text, "role:"u8).SequenceEqual("slave"u8), Encoding.ASCII.GetString(replicationId));
    }

    public override void OnLost() => _isPending = false;

    private static ReadOnlySpan<byte> Field(ReadOnlySpan<byte> info, ReadOnlySpan<byte> name)
    {
        int start = info.IndexOf(name);
        if (start < 0)
            return [];
        ReadOnlySpan<byte> value = info[(start + name.Length)..];
        int end = value.IndexOf((byte)'\r');
        return end < 0 ? value : value[..end];
    }
}
