namespace RawSse.Protocol.Sse;

/// <summary>
/// What <see cref="SseReader"/> found, in the stream's order. Called from within <see cref="SseReader.Push"/>; spans are valid
/// until the method returns; the reader must not be called from here.
/// </summary>
public interface ISseHandler
{
    /// <summary>An event is whole.</summary>
    /// <param name="type"><c>message</c> when the stream named none</param>
    /// <param name="data">the data lines, LF between them, as bytes (not checked for UTF-8)</param>
    /// <param name="lastEventId">the id of this event or, if it has none, of the last block that had one; may be empty</param>
    void OnEvent(ReadOnlySpan<byte> type, ReadOnlySpan<byte> data, ReadOnlySpan<byte> lastEventId);

    /// <summary>The server named a reconnection time.</summary>
    /// <param name="ms">milliseconds; a number too large for a long is <see cref="long.MaxValue"/></param>
    void OnRetry(long ms);

    /// <summary>A comment line, without its colon, otherwise as it is.</summary>
    void OnComment(ReadOnlySpan<byte> text);

    /// <summary>A block with an id but no data ended: a browser fires nothing but remembers the id.</summary>
    void OnIdOnly(ReadOnlySpan<byte> lastEventId);
}
