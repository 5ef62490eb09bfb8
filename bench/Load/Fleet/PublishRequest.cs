using System.Globalization;
using System.Text;
using RawSse.Bench.Peers;

namespace RawSse.Bench.Load.Fleet;

/// <summary>A whole POST with a place for an event's number.</summary>
internal sealed class PublishRequest
{
    /// <summary>What a template has where the data goes.</summary>
    public const string Place = "{data}";

    private readonly byte[] _bytes;
    private readonly int _dataAt;

    /// <param name="target">where it goes</param>
    /// <param name="headers">whole lines beside those that each request has</param>
    /// <param name="template">of the body, with <see cref="Place"/> in it once</param>
    /// <param name="dataBytes">of the data</param>
    public PublishRequest(HttpTarget target, IReadOnlyList<string> headers, string template, int dataBytes)
    {
        int at = template.IndexOf(Place, StringComparison.Ordinal);
        byte[] before = Encoding.UTF8.GetBytes(template[..at]);
        byte[] after = Encoding.UTF8.GetBytes(template[(at + Place.Length)..]);
        string length = (before.Length + dataBytes + after.Length).ToString(CultureInfo.InvariantCulture);
        IEnumerable<string> lines = [$"POST {target.Path} HTTP/1.1", $"Host: {target.Host}", .. headers, $"Content-Length: {length}"];
        byte[] head = Encoding.UTF8.GetBytes(string.Join("\r\n", lines) + "\r\n\r\n");
        _dataAt = head.Length + before.Length;
        _bytes = [.. head, .. before, .. EventMarker.Data(dataBytes), .. after];
        Target = target;
    }

    /// <summary>For a channel of a peer that we have started.</summary>
    public static PublishRequest Of(Peer peer, ServerProcess server, string channel, int dataBytes)
    {
        PublishFormat format = peer.PublishFormat(channel);
        string[] headers = format.Headers.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        return new PublishRequest(HttpTarget.Of(server.PublishPort, peer.PublishPath(channel)), headers, format.Before + Place + format.After, dataBytes);
    }

    public HttpTarget Target { get; }

    /// <summary>The request for the event of this number; valid until the next one is asked for.</summary>
    public ReadOnlySpan<byte> Of(int number)
    {
        EventMarker.Stamp(_bytes.AsSpan(_dataAt), number);
        return _bytes;
    }
}
