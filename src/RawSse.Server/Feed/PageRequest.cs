using RawSse.Protocol.Ids;
using RawSse.Server.Channels;

namespace RawSse.Server.Feed;

/// <summary>
/// Asks for what follows <see cref="After"/>. The answer is a place in the log (readable until <see cref="FeedRequest.Unpin()"/>),
/// or a page that the asker lets go, possibly with a gap before it; or a gap alone, and the asker asks again.
/// </summary>
internal sealed class PageRequest : FeedRequest
{
    public required Channel Channel { get; init; }

    public required LogReader Reader { get; init; }

    public int Member { get; init; }

    /// <summary>The id after which the asker goes on. A gap moves it.</summary>
    public EventId After { get; set; }

    /// <summary>The id as it was asked for.</summary>
    public EventId Asked { get; set; }

    /// <summary>Where the read ends: the beginning of the next known page.</summary>
    public EventId Until { get; set; }

    /// <summary>The asker and the log did not meet, and a repair of the log has been asked for.</summary>
    public bool HasAskedForRepair { get; set; }

    /// <summary>The log's last id when the asker was found to be ahead of it; null: it was not.</summary>
    public EventId? AheadOf { get; set; }

    // The answer.
    public bool IsJoined { get; set; }

    public long Position { get; set; }

    public Page? Page { get; set; }

    public int Offset { get; set; }

    public GapReason Gap { get; set; }

    public EventId Oldest { get; set; }

    public EventId Newest { get; set; }

    protected override void AtHome() => Home.NextPage(this);

    protected override void AtClient() => Client.OnPage(this);

    protected override void Unpin(Feed home) => Channel.Unpin(Position);
}
