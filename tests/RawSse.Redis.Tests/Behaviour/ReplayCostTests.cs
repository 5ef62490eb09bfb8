using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using RawSse.Redis.Tests.Support;

namespace RawSse.Redis.Tests.Behaviour;

/// <summary>What replays cost Redis.</summary>
[Parallelizable(ParallelScope.All)]
public sealed partial class ReplayCostTests : RedisTest
{
    private const int Clients = 10_000;
    private const int Positions = 100;
    private const int Entries = 300;
    private const int ReadsMax = 200;
    private const int AtOnce = 250;

    [Test]
    public async Task Ten_thousand_clients_that_come_back_at_a_hundred_positions_cost_two_hundred_reads_at_most()
    {
        await AddNumberedAsync("news", 1, Entries);
        NodeProcess node = await StartNodeAsync();
        // What each must get is known to the byte.
        byte[] frames = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(1, Entries).Select(Frame)));
        int[] starts = new int[Entries + 1];
        for (int i = 1; i <= Entries; i++) starts[i] = starts[i - 1] + Frame(i).Length;
        await Redis.AskAsync("CONFIG", "RESETSTAT");

        var sockets = new Socket[Clients];
        try
        {
            await Parallel.ForAsync(0, Clients, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (i, _) =>
            {
                int position = 1 + (i % Positions * 2);
                sockets[i] = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                await sockets[i].ConnectAsync(node.Endpoint, Patience.Token());
                await sockets[i].SendAsync(Request.Stream("/events/news", $"{position}-0"), SocketFlags.None);
                await AssertGetsAsync(sockets[i], $"id: {position}-0\n\n", frames.AsMemory(starts[position]));
            });
        }
        finally
        {
            foreach (Socket? socket in sockets) socket?.Dispose();
        }
        Assert.That(await CallsAsync("xrange"), Is.InRange(1, ReadsMax));
    }

    [Test]
    public async Task Ids_inside_the_log_cost_no_reads_at_all()
    {
        NodeProcess node = await StartNodeAsync("--audit", "1h");
        StreamClient first = await OpenAsync(node, "/events/news");
        List<string> ids = [];
        for (int i = 0; i < 50; i++) ids.Add(await PublishAsync(node, "news", $"{i}"));
        await first.WaitForEventsAsync(ids.Count);
        await Redis.AskAsync("CONFIG", "RESETSTAT");
        for (int i = 0; i < ids.Count; i++)
        {
            StreamClient stream = await OpenAsync(node, "/events/news", ids[i]);
            await stream.WaitForEventsAsync(ids.Count - i - 1);
        }
        Assert.That(await CallsAsync("xrange"), Is.Zero);
        Assert.That(await CallsAsync("evalsha"), Is.Zero);
    }

    private static string Frame(int i) => $"id: {i}-0\ndata: {i}\n\n";

    /// <summary>Reads past the head and the first block, and then exactly these bytes.</summary>
    private static async Task AssertGetsAsync(Socket socket, string firstBlockEnd, ReadOnlyMemory<byte> frames)
    {
        byte[] end = Encoding.ASCII.GetBytes(firstBlockEnd);
        byte[] bytes = new byte[frames.Length + 2_048];
        CancellationToken patience = Patience.Token();
        int length = 0;
        while (true)
        {
            int body = bytes.AsSpan(0, length).IndexOf(end);
            if (body >= 0 && length - body - end.Length >= frames.Length)
            {
                Assert.That(bytes.AsSpan(body + end.Length, length - body - end.Length).SequenceEqual(frames.Span), Is.True,
                    () => Encoding.ASCII.GetString(bytes, 0, Math.Min(length, 1_000)));
                return;
            }
            int read = await socket.ReceiveAsync(bytes.AsMemory(length), SocketFlags.None, patience);
            Assert.That(read, Is.Positive, () => $"the stream ended: {Encoding.ASCII.GetString(bytes, 0, Math.Min(length, 1_000))}");
            length += read;
        }
    }

    private async Task<int> CallsAsync(string command)
    {
        Match calls = Calls().Match((await Redis.InfoAsync("commandstats")).GetValueOrDefault($"cmdstat_{command}", "calls=0"));
        return int.Parse(calls.Groups[1].Value, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex("calls=([0-9]+)")]
    private static partial Regex Calls();
}
