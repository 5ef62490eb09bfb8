using RawSse.Protocol.Ids;
using RawSse.Server.Channels;

namespace RawSse.Server.Stores.Redis;

/// <summary>How far a server has got with a subscription.</summary>
internal enum SubscriptionState : byte
{
    /// <summary>To be asked for, or the link is away.</summary>
    Waiting,
    Asked,
    Confirmed,
}

/// <summary>An open channel and what Redis knows of it. Home shard's thread.</summary>
internal sealed class RedisSubscription(Channel channel, int slot, bool isByPattern) : INamed<RedisSubscription>
{
    public Channel Channel { get; } = channel;

    public ChannelName Name => Channel.Name;

    public RedisSubscription? NextInBucket { get; set; }

    public int Slot { get; } = slot;

    /// <summary>A PSUBSCRIBE brings its messages.</summary>
    public bool IsByPattern { get; } = isByPattern;

    /// <summary>Who holds its stream and is asked for its messages; null while that is not known.</summary>
    public RedisServer? Server { get; set; }

    /// <summary>Place in the server's list.</summary>
    public int Index { get; set; } = -1;

    public SubscriptionState State { get; set; }

    /// <summary>Closed: what is still said about it is not meant for anyone.</summary>
    public bool IsGone { get; set; }

    /// <summary>The server is up only once this one is confirmed again.</summary>
    public bool IsAwaited { get; set; }

    /// <summary>Redis refused a command that named it, maybe for another's sake: it is asked for by itself.</summary>
    public bool AsksAlone { get; set; }

    /// <summary>The client knows its last id.</summary>
    public bool IsOpened { get; set; }

    public bool IsLocating { get; set; }

    /// <summary>A message came before its last id was known.</summary>
    public bool IsRung { get; set; }

    /// <summary>Messages may have been missed since the client was told anything; until it is resumed no more are passed on.</summary>
    public bool MustResume { get; set; }

    /// <summary>Another server holds its stream now.</summary>
    public bool HasNewHistory { get; set; }

    /// <summary>Messages may be missed from here on, or were.</summary>
    public void Miss()
    {
        MustResume = true;
        // A last id that is under way may be older than what is missed.
        IsRung |= IsLocating;
    }
}
