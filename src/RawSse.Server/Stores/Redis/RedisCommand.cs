using RawSse.Server.Shards;

namespace RawSse.Server.Stores.Redis;

/// <summary>
/// One command and what becomes of it: exactly one of <see cref="OnReply"/> and <see cref="OnLost"/>, once for each time it is
/// sent, on the shard's thread. Then its maker may send it again or use it for something else.
/// </summary>
internal abstract class RedisCommand
{
    /// <summary>The whole command in RESP. Kept after it was sent, so that it can be sent again elsewhere.</summary>
    public ByteBuffer Request { get; } = new();

    /// <summary>
    /// An array that answers is handed over one element at a time, so that a long reply is never held whole.
    /// </summary>
    public virtual bool TakesElements => false;

    /// <summary>When it was sent, in the link's clock; the link's.</summary>
    internal long SentAt { get; set; }

    /// <param name="element">one whole RESP value; valid during the call</param>
    public virtual void OnElement(RedisLink link, ReadOnlySpan<byte> element)
    {
    }

    /// <param name="reply">
    /// one whole RESP value, errors included, valid during the call; empty after the last element of an array that was taken
    /// by elements
    /// </param>
    public abstract void OnReply(RedisLink link, ReadOnlySpan<byte> reply);

    /// <summary>The link was lost before the whole reply was there: the command may or may not have been executed.</summary>
    public abstract void OnLost();
}
