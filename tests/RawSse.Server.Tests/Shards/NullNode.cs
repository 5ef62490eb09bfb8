using Microsoft.Extensions.Logging.Abstractions;
using RawSse.Server.Channels;
using RawSse.Server.Feed;
using RawSse.Server.Hosting;
using RawSse.Server.Shards;
using RawSse.Server.Stores;
using RawSse.Server.Transport;

namespace RawSse.Server.Tests.Shards;

/// <summary>A node of one shard over a transport that a test makes, stepped by hand.</summary>
internal static class NullNode
{
    private const int ConnectionsMax = 1000;

    public static Node Make(RawSseOptions options, ITransport transport)
    {
        var node = new Node
        {
            Limits = NodeBuilder.LimitsOf(options),
            Listeners = [new ListenerPolicy(IsAdmin: false, HasMetrics: true, HasConsole: true, MayPublish: true)],
            Budget = new MemoryBudget(long.MaxValue),
            Connections = new ConnectionLimits(ConnectionsMax, 0),
            Clock = TimeProvider.System,
            Access = new OpenAccess(),
            Log = new NodeLog(NullLogger.Instance),
        };
        NodeBuilder.AddShards(node, options, 1, _ => transport);
        return node;
    }

    /// <summary>Publishes one event to <c>news</c>.</summary>
    public static void Publish(Node node)
    {
        var publish = new PublishRequest { Client = new Nobody() };
        publish.Publish(node.Feeds[0], new NewEvent("news"u8, "tick"u8, "{\"price\":17.25}"u8), []);
    }

    /// <summary>Whom the answer to a publish does not interest.</summary>
    private sealed class Nobody : IFeedClient
    {
        int IFeedClient.Shard => 0;

        Mailbox? IFeedClient.Mailbox => null;

        LogReader IFeedClient.CreateReader(Channel channel) => throw new NotSupportedException();

        void IFeedClient.OnAttached(AttachRequest request) => throw new NotSupportedException();

        void IFeedClient.OnPage(PageRequest request) => throw new NotSupportedException();

        void IFeedClient.OnPublished(PublishRequest request)
        {
        }
    }
}
