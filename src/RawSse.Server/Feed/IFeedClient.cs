using RawSse.Server.Channels;

namespace RawSse.Server.Feed;

/// <summary>
/// Who asks the feeds: a shard. Requests go to the channel's home shard and come back to the one that asked, each time on
/// that shard's thread.
/// </summary>
internal interface IFeedClient
{
    /// <summary>Number of the shard that asks.</summary>
    int Shard { get; }

    /// <summary>Where answers go; null: they are taken on whatever thread they are made.</summary>
    Mailbox? Mailbox { get; }

    /// <summary>Makes this shard's reader of a channel. Called on the channel's home shard.</summary>
    LogReader CreateReader(Channel channel);

    void OnAttached(AttachRequest request);

    void OnPage(PageRequest request);

    void OnPublished(PublishRequest request);
}
