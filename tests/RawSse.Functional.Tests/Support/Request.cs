using System.Text;

namespace RawSse.Functional.Tests.Support;

/// <summary>Bytes of requests. Each header is a whole line without its CRLF.</summary>
internal static class Request
{
    public static byte[] Get(string target, params string[] headers) => Of("GET", target, headers);

    /// <summary>A request for a stream, as an EventSource sends it.</summary>
    public static byte[] Stream(string target, string? lastEventId = null) => lastEventId is null
        ? Of("GET", target, "Accept: text/event-stream")
        : Of("GET", target, "Accept: text/event-stream", $"Last-Event-ID: {lastEventId}");

    public static byte[] Of(string method, string target, params string[] headers)
    {
        var head = new StringBuilder($"{method} {target} HTTP/1.1\r\nHost: localhost\r\n");
        foreach (string header in headers) head.Append(header).Append("\r\n");
        return Encoding.UTF8.GetBytes(head.Append("\r\n").ToString());
    }

    public static byte[] Post(string target, string body, params string[] headers) =>
        Post(target, Encoding.UTF8.GetBytes(body), headers);

    public static byte[] Post(string target, byte[] body, params string[] headers) =>
        [.. Of("POST", target, [.. headers, $"Content-Length: {body.Length}"]), .. body];

    public static byte[] PostChunked(string target, byte[] body, int chunk, params string[] headers) =>
        [.. Of("POST", target, [.. headers, "Transfer-Encoding: chunked"]), .. body.Chunk(chunk).SelectMany(Chunk), .. Chunk([])];

    /// <summary>One chunk of a chunked body; the empty one is the last, with no trailers.</summary>
    public static byte[] Chunk(byte[] data) => [.. Encoding.ASCII.GetBytes($"{data.Length:x}\r\n"), .. data, .. "\r\n"u8];

    public static byte[] Chunk(string data) => Chunk(Encoding.UTF8.GetBytes(data));
}
