using RawSse.Server.Channels;
using RawSse.Server.Feed;

namespace RawSse.Server.Tests.Regressions;

/// <summary>Asks a feed as a shard would, on the test's own thread, and keeps the last answers.</summary>
internal sealed class RecordingFeedClient(int shard) : IFeedClient
{
    public int Shard { get; } = shard;

    public Mailbox? Mailbox => null;

    public AttachRequest? Attached { get; private set; }

    public PageRequest? Page { get; private set; }

    public LogReader CreateReader(Channel channel) => new Reader(Shard);

    public void OnAttached(AttachRequest request) => Attached = request;

    public void OnPage(PageRequest request) => Page = request;

    public void OnPublished(PublishRequest request)
    {
    }

    private sealed class Reader(int shard) : LogReader
    {
        public override int Shard => shard;

        public override void HeadMoved()
        {
        }

        public override void Run()
        {
        }
    }
}
