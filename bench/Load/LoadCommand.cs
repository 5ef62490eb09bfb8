namespace RawSse.Bench.Load;

/// <summary>What the runner asks a load process for: one JSON line on its standard input.</summary>
internal sealed record LoadCommand
{
    public required LoadAct Act { get; init; }

    /// <summary>Open: streams. Publish: events. Bulk: lines, a multiple of 1,000.</summary>
    public int Count { get; init; }

    /// <summary>Where to subscribe or publish; where each stream has a channel, <c>{i}</c> is its index. Bulk: the channel.</summary>
    public string Path { get; init; } = "/";

    /// <summary>Open: the id to resume from.</summary>
    public string? LastEventId { get; init; }

    /// <summary>Open: how many published events each stream must be sent at once, because it resumes before them.</summary>
    public int Behind { get; init; }

    /// <summary>Open: connections made and not yet answered.</summary>
    public int Connecting { get; init; } = 512;

    /// <summary>Window: events published and not yet at all subscribers; each has a keep-alive connection.</summary>
    public int InFlight { get; init; } = 1;

    /// <summary>Window: ends after so many events; 0: after <see cref="Seconds"/>.</summary>
    public int Events { get; init; }

    public double Seconds { get; init; }

    /// <summary>Window: so many events go before, unmeasured, one right after the other.</summary>
    public int LeadEvents { get; init; }

    /// <summary>Window: time between two publishes; 0: none, the next as soon as the last has arrived everywhere.</summary>
    public int PaceMs { get; init; }

    /// <summary>
    /// Window with a pace: each event is timed from when it was due, whatever kept it; for that the client polls through the last
    /// milliseconds before. Otherwise only one that waited for another event is.
    /// </summary>
    public bool IsTimedFromDue { get; init; }

    /// <summary>Bytes of an event's data.</summary>
    public int DataBytes { get; init; } = 100;

    /// <summary>What a publish holds beside the data.</summary>
    public PublishFormat Format { get; init; } = new();
}

/// <summary>The acts of a load process.</summary>
internal enum LoadAct
{
    /// <summary>Opens streams and waits until each is answered and has got what it was behind.</summary>
    Open,
    /// <summary>Publishes at a given number in flight and waits for each event at each subscriber.</summary>
    Window,
    /// <summary>Publishes events that nobody waits for, over one connection.</summary>
    Publish,
    /// <summary>Publishes one event to the channel of each stream.</summary>
    PublishEach,
    /// <summary>Publishes NDJSON lines over one connection, as fast as they are taken.</summary>
    Bulk,
    /// <summary>Closes all streams.</summary>
    Close,
    /// <summary>Waits until the server uses no CPU any more.</summary>
    Settle,
    /// <summary>Keeps reading for a while, so that what must not come is seen if it comes.</summary>
    Listen,
}
