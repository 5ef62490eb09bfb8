using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using RawSse.Bench.Load;
using RawSse.Server.Channels;
using RawSse.Server.Feed;
using RawSse.Server.Hosting;
using RawSse.Server.Shards;
using RawSse.Server.Stores;
using RawSse.Server.Tests.Shards;
using RawSse.Server.Transport;

namespace RawSse.Bench.Micro;

/// <summary>One shard without a thread, its subscribers on a transport that does nothing, and their publisher. One thread.</summary>
internal sealed class DeliveryRig : IFeedClient, IDisposable
{
    private const int StepsMax = 10_000;

    private readonly int _subscribers;
    private readonly Node _node;
    private readonly Shard _shard;
    private readonly PublishRequest _publish;

    private DeliveryRig(string target, int subscribers)
    {
        _subscribers = subscribers;
        byte[] request = Encoding.ASCII.GetBytes($"GET {target} HTTP/1.1\r\nHost: bench\r\n\r\n");
        var options = new RawSseOptions { Shards = 1 };
        _node = new Node
        {
            Limits = NodeBuilder.LimitsOf(options),
            Listeners = [new ListenerPolicy(IsAdmin: false, HasMetrics: false, HasConsole: false, MayPublish: true)],
            Budget = new MemoryBudget(long.MaxValue),
            Connections = new ConnectionLimits(subscribers, 0),
            Clock = TimeProvider.System,
            Access = new OpenAccess(),
            Log = new NodeLog(NullLogger.Instance),
        };
        NodeBuilder.AddShards(_node, options, 1, _ => new NullTransport(request, subscribers));
        _shard = _node.Shards[0];
        _publish = new PublishRequest { Client = this };
    }

    int IFeedClient.Shard => 0;

    Mailbox? IFeedClient.Mailbox => null;

    /// <summary>With all streams open.</summary>
    public static DeliveryRig Start(string target, int subscribers)
    {
        var rig = new DeliveryRig(target, subscribers);
        rig.StepUntil(() => rig._shard.Metrics.Streams == subscribers);
        return rig;
    }

    /// <summary>What the rig's shard sends on, for who does nothing else.</summary>
    public static ITransport BareTransport() => new NullTransport([], 0);

    /// <summary>Publishes one event and steps until all subscribers have it; returns how many deliveries there were so far.</summary>
    public long Deliver()
    {
        long wanted = _shard.Metrics.Deliveries + _subscribers;
        _publish.Publish(_node.Feeds[0], new NewEvent("news"u8, MicroEvent.Type, MicroEvent.Data), []);
        for (int steps = 0; _shard.Metrics.Deliveries < wanted; steps++)
        {
            if (steps == StepsMax) throw new LoadException("an event was not delivered to all subscribers");
            _shard.Step(0);
        }
        return wanted;
    }

    public void Dispose()
    {
        _shard.CloseAll(CloseReason.Shutdown);
        _node.Feeds[0].Dispose();
        _shard.Transport.Dispose();
    }

    LogReader IFeedClient.CreateReader(Channel channel) => throw new NotSupportedException();

    void IFeedClient.OnAttached(AttachRequest request) => throw new NotSupportedException();

    void IFeedClient.OnPage(PageRequest request) => throw new NotSupportedException();

    void IFeedClient.OnPublished(PublishRequest request)
    {
    }

    private void StepUntil(Func<bool> isReached)
    {
        for (int steps = 0; !isReached(); steps++)
        {
            if (steps == StepsMax) throw new LoadException("the streams did not open");
            _shard.Step(0);
        }
    }
}
