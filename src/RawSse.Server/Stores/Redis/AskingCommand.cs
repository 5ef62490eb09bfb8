using RawSse.Protocol.Resp;

namespace RawSse.Server.Stores.Redis;

/// <summary>Goes before a command for a slot that is on its way to this server. Its answer says nothing.</summary>
internal sealed class AskingCommand : RedisCommand
{
    public AskingCommand()
    {
        RespWriter.WriteCommand(Request, 1);
        RespWriter.WriteBulk(Request, "ASKING"u8);
    }

    public override void OnReply(RedisLink link, ReadOnlySpan<byte> reply) => Request.Release();

    public override void OnLost() => Request.Release();
}
