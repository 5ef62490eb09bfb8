using System.Net.ServerSentEvents;
using RawSse.Browser.Tests.Support;

namespace RawSse.Browser.Tests.Readers;

/// <summary>Reads with .NET's own parser.</summary>
internal static class SseParserReader
{
    public static async Task<IReadOnlyList<ReadEvent>> ReadAsync(Uri stream, int count, CancellationToken cancellation)
    {
        using var client = new HttpClient();
        await using Stream body = await client.GetStreamAsync(stream, cancellation);
        return await ParseAsync(body, count, cancellation);
    }

    /// <summary>The first <paramref name="count"/> events, or fewer if the stream ends before.</summary>
    public static async Task<IReadOnlyList<ReadEvent>> ParseAsync(Stream stream, int count, CancellationToken cancellation)
    {
        var events = new List<ReadEvent>();
        SseParser<string> parser = SseParser.Create(stream);
        await foreach (SseItem<string> item in parser.EnumerateAsync(cancellation))
        {
            events.Add(new ReadEvent(parser.LastEventId, item.EventType, item.Data));
            if (events.Count == count)
                break;
        }

        return events;
    }
}
