using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using RawSse.Bench.Load;
using RawSse.Protocol.Ids;
using RawSse.Server.Channels;
using RawSse.Server.Hosting;
using RawSse.Server.Shards;
using RawSse.Server.Transport;

namespace RawSse.Bench.Redis;

/// <summary>
/// A whole node of one shard in this process. One stream was opened and closed again, so that the channel lingers: what comes is
/// appended to its log and sent to nobody.
/// </summary>
internal sealed class RawSseListener : IBellListener
{
    private readonly ITransportFactory _transports;
    private readonly Node _node;
    private readonly ShardThread _thread;
    private readonly Channel _channel;

    public RawSseListener(int redisPort, string channel)
    {
        var options = new RawSseOptions
        {
            Listen = { "127.0.0.1:0" },
            Redis = string.Create(CultureInfo.InvariantCulture, $"redis://127.0.0.1:{redisPort}"),
            Shards = 1,
            Linger = TimeSpan.FromHours(24),
        };
        _transports = TransportFactories.Create(options.Transport);
        (_node, IPEndPoint endpoint) = NodeBuilder.Build(
            options, _transports, new NodeLog(NullLogger.Instance), TimeProvider.System, (node, bound, _) => (node, bound[0]));
        _thread = new ShardThread(_node.Shards[0]);
        _thread.Start();
        if (!SpinWait.SpinUntil(() => _node.IsStoreUp, TimeSpan.FromSeconds(10))) throw new LoadException("Redis did not come up.");
        Visit(endpoint, channel);
        _channel = _node.Feeds[0].Find(Encoding.UTF8.GetBytes(channel))!;
        SpinWait.SpinUntil(() => _channel.IsUnused);
    }

    public EventId LastId => _channel.Log!.LastId;

    public long Faults => _node.Feeds[0].Metrics.StoreReads;

    public void Dispose()
    {
        _thread.Stop();
        _node.Shards[0].Transport.Dispose();
        _node.Feeds[0].Dispose();
        _transports.Dispose();
    }

    /// <summary>Opens a stream and closes it once it has its place in the log.</summary>
    private static void Visit(IPEndPoint endpoint, string channel)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 10_000 };
        socket.Connect(endpoint);
        socket.Send(Encoding.UTF8.GetBytes($"GET /events/{channel} HTTP/1.1\r\nHost: bench\r\nAccept: text/event-stream\r\n\r\n"));
        byte[] answer = new byte[4096];
        int length = 0;
        while (answer.AsSpan(0, length).IndexOf("\nid: "u8) < 0)
        {
            int count = socket.Receive(answer.AsSpan(length));
            if (count == 0) throw new LoadException("A stream was refused: " + Encoding.UTF8.GetString(answer, 0, length));
            length += count;
        }
    }
}
