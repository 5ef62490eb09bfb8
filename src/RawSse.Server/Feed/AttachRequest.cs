using RawSse.Protocol.Ids;
using RawSse.Server.Channels;
using RawSse.Server.Stores;

namespace RawSse.Server.Feed;

/// <summary>
/// Makes a connection a subscriber of one channel. The answer either joins it to the log at <see cref="Position"/>, which
/// stays readable until <see cref="FeedRequest.Unpin()"/>, or says to read history after <see cref="From"/>.
/// </summary>
internal sealed class AttachRequest : FeedRequest
{
    public required ChannelName Name { get; set; }

    public StartPoint Start { get; set; }

    /// <summary>The stream has more channels.</summary>
    public bool HasSiblings { get; set; }

    public override bool IsOneOfSeveral => HasSiblings;

    /// <summary>The asker's own record of what this is part of.</summary>
    public object? Context { get; set; }

    /// <summary>The store has been asked for it again, since an answer that it shared may have been older than what it knows.</summary>
    public bool IsAskedAgain { get; set; }

    /// <summary>It was attached and waits for its place.</summary>
    public bool IsWaiting { get; set; }

    // The answer.
    public Channel Channel { get; set; } = null!;

    public LogReader Reader { get; set; } = null!;

    public EventId From { get; set; }

    public GapReason Gap { get; set; }

    public EventId Oldest { get; set; }

    public EventId Newest { get; set; }

    /// <summary>The store is away and the log does not help: no subscriber was made.</summary>
    public bool IsRefused { get; set; }

    public bool IsJoined { get; set; }

    public long Position { get; set; }

    protected override void AtHome()
    {
        if (IsWaiting)
            Home.Place(this);
        else
            Home.Attach(this);
    }

    protected override void AtClient() => Client.OnAttached(this);

    protected override void Unpin(Feed home) => Channel.Unpin(Position);
}
