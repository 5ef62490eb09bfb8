using RawSse.Server.Feed;

namespace RawSse.Server.Shards;

/// <summary>A stream that a client asked for, while its channels are being attached. Those of one channel are used again.</summary>
internal sealed class StreamRequest
{
    /// <summary>One for each channel, in the bytewise order of the names.</summary>
    public required AttachRequest[] Channels { get; init; }

    /// <summary>Channels whose answer is still out.</summary>
    public int Outstanding { get; set; }

    /// <summary>The last event id as the client gave it, for gap events; empty when it gave none.</summary>
    public byte[] AskedText { get; set; } = [];

    public ulong Fingerprint { get; set; }

    /// <summary>Resumes after an id that the client had.</summary>
    public bool IsResume { get; set; }

    /// <summary>The client is an EventSource: a refusal must be a 200.</summary>
    public bool AcceptsStream { get; set; }
}
