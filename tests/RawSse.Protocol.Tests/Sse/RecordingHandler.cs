using System.Text;
using RawSse.Protocol.Sse;

namespace RawSse.Protocol.Tests.Sse;

/// <summary>Writes down what a reader found, one readable line a call; bytes are shown as Latin-1.</summary>
internal sealed class RecordingHandler : ISseHandler
{
    public List<string> Calls { get; } = [];

    public List<(string Type, byte[] Data, string Id)> Events { get; } = [];

    /// <summary>What a fresh reader finds in these pieces, pushed one after the other.</summary>
    public static RecordingHandler Read(int eventBytesMax, params IEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        RecordingHandler handler = new();
        SseReader reader = new(eventBytesMax);
        foreach (ReadOnlyMemory<byte> piece in pieces)
            reader.Push(piece.Span, handler);
        handler.Calls.Add($"last id {Show(reader.LastEventId)}, {reader.EventsRead} events");
        return handler;
    }

    public void OnEvent(ReadOnlySpan<byte> type, ReadOnlySpan<byte> data, ReadOnlySpan<byte> lastEventId)
    {
        Calls.Add($"event {Show(type)} <{Show(data)}> id {Show(lastEventId)}");
        Events.Add((Encoding.UTF8.GetString(type), data.ToArray(), Encoding.UTF8.GetString(lastEventId)));
    }

    public void OnRetry(long ms) => Calls.Add($"retry {ms}");

    public void OnComment(ReadOnlySpan<byte> text) => Calls.Add($"comment <{Show(text)}>");

    public void OnIdOnly(ReadOnlySpan<byte> lastEventId) => Calls.Add($"id only {Show(lastEventId)}");

    private static string Show(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);
}
