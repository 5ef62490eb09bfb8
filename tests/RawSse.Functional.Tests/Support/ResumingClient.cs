using System.Net;

namespace RawSse.Functional.Tests.Support;

/// <summary>An EventSource in a bad network: cut at random, by RST or FIN, it comes back with its last id and collects all it got.</summary>
internal sealed class ResumingClient(IPEndPoint server, string target, string? start, Random random)
{
    private readonly List<SseItem> _seen = [];
    private string? _position = start;

    /// <summary>Everything that was dispatched over all connections, in order.</summary>
    public IReadOnlyList<SseItem> Seen => _seen;

    public int Cuts { get; private set; }

    /// <summary>What it is doing, for the message of a test that waited in vain.</summary>
    public string Doing { get; private set; } = "not started";

    public string? Position => _position;

    /// <summary>Runs until <paramref name="done"/> holds of what was seen.</summary>
    public async Task RunAsync(Func<IReadOnlyList<SseItem>, bool> done)
    {
        while (!done(_seen))
        {
            Doing = "opening";
            StreamClient stream = random.Next(4) == 0
                ? await StreamClient.OpenSlowAsync(server, target, _position, receiveBuffer: 2048)
                : await StreamClient.OpenSlowAsync(server, target, _position, receiveBuffer: 0);
            Doing = "reading";
            await ReadForAWhileAsync(stream, done);
            Doing = "read";
            _seen.AddRange(stream.Events);
            _position = stream.LastEventId ?? _position;
            if (random.Next(2) == 0) await stream.ResetAsync();
            else await stream.DisposeAsync();
            Cuts++;
        }
    }

    /// <summary>Takes a random number of bytes, so that the cut falls anywhere, also into the first block.</summary>
    private async Task ReadForAWhileAsync(StreamClient stream, Func<IReadOnlyList<SseItem>, bool> done)
    {
        int budget = random.Next(2_000);
        while (budget > 0 && !done([.. _seen, .. stream.Events]))
        {
            int take = random.Next(1, 200);
            if (!await stream.ReadSomeAsync(take)) return;
            budget -= take;
        }
    }
}
