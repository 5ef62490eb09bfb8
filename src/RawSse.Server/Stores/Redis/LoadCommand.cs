namespace RawSse.Server.Stores.Redis;

/// <summary>
/// Makes Redis know a script before it is first called. Whether it does is not asked: a call by a digest that is not known is
/// repeated in full, in any case.
/// </summary>
internal sealed class LoadCommand : RedisCommand
{
    public LoadCommand(RedisScript script) => script.WriteLoad(Request);

    public override void OnReply(RedisLink link, ReadOnlySpan<byte> reply) => Request.Release();

    public override void OnLost() => Request.Release();
}
