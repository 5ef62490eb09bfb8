using RawSse.Protocol.Ids;
using RawSse.Server.Channels;

namespace RawSse.Server.Feed;

/// <summary>
/// A question that travels to a channel's home shard and back. Reused by its asker; between <see cref="Ask"/> and the
/// answer it belongs to the feed.
/// </summary>
internal abstract class FeedRequest : WorkItem
{
    private Phase _phase;

    public IFeedClient Client { get; set; } = null!;

    /// <summary>The asker's own mark, e.g. a connection's token.</summary>
    public ulong Token { get; set; }

    /// <summary>When the store was asked, in Stopwatch ticks. Home shard.</summary>
    public long StoreAskedAt { get; set; }

    /// <summary>The log's last id when the store was asked: what is appended later is newer than the answer. Home shard.</summary>
    public EventId KnownId { get; set; }

    /// <summary>The asker uses the answer only together with others, which may take longer.</summary>
    public virtual bool IsOneOfSeveral => false;

    /// <summary>The answer's position is kept readable until <see cref="Unpin()"/>.</summary>
    public bool IsPinned { get; set; }

    /// <summary>The asker's own shard answers: nothing of the request is under way once it has the answer.</summary>
    public bool IsLocal => Home.Shard == Client.Shard;

    protected Feed Home { get; private set; } = null!;

    public void Ask(Feed home)
    {
        Adopt(home);
        if (home.Shard == Client.Shard)
            AtHome();
        else
            home.Mailbox.Post(this);
    }

    /// <summary>Hands the answer to the asker. Home shard.</summary>
    public void Answer()
    {
        _phase = Phase.Answered;
        if (Home.Shard == Client.Shard || Client.Mailbox is not { } mailbox)
            AtClient();
        else
            mailbox.Post(this);
    }

    public override void Run()
    {
        switch (_phase)
        {
            case Phase.Asked:
                AtHome();
                break;
            case Phase.Answered:
                AtClient();
                break;
            default:
                Unpin(Home);
                break;
        }
    }

    /// <summary>Asks again after a wait at home. Home shard.</summary>
    public void Retry() => AtHome();

    /// <summary>Gives back the pin that came with a joined answer. The request is not used again.</summary>
    public void Unpin()
    {
        if (!IsPinned)
            return;
        IsPinned = false;
        if (Home.Shard == Client.Shard)
        {
            Unpin(Home);
            return;
        }
        _phase = Phase.Unpinning;
        Home.Mailbox.Post(this);
    }

    protected abstract void AtHome();

    protected abstract void AtClient();

    protected virtual void Unpin(Feed home) => throw new InvalidOperationException("this request pins nothing");

    /// <summary>Makes <paramref name="home"/> the one that answers, without asking.</summary>
    protected void Adopt(Feed home)
    {
        Home = home;
        _phase = Phase.Asked;
    }

    private enum Phase : byte
    {
        Asked,
        Answered,
        Unpinning,
    }
}
