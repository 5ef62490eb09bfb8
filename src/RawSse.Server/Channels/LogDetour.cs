using RawSse.Protocol.Ids;

namespace RawSse.Server.Channels;

/// <summary>
/// What a log keeps in mind once its ids were not simply those of its frames, one above the other: entries were passed over that
/// are no events, or the store lost what it had announced and ids began anew. Nearly every log has none. Home shard, but for
/// <see cref="IdBefore"/>.
/// </summary>
internal sealed class LogDetour
{
    private Rewound? _newest;

    /// <summary>Id of the newest event, which may be one that was passed over.</summary>
    public EventId LastId { get; set; }

    /// <summary>Position from which on ids are found.</summary>
    public long RewoundAt => _newest?.At ?? 0;

    /// <summary>Ids begin anew at position <paramref name="at"/>.</summary>
    /// <param name="at">the head</param>
    /// <param name="idBefore">id of the last event before it</param>
    /// <param name="tail">what lies before is forgotten</param>
    public void Rewind(long at, EventId idBefore, long tail)
    {
        Rewound? kept = _newest is { } newest && newest.At >= tail ? newest : null;
        Volatile.Write(ref _newest, new Rewound(at, idBefore, kept));
    }

    /// <summary>
    /// Id of the event right before <paramref name="position"/> if ids begin anew there: who leaves the log right here has that,
    /// and has not read why. Any shard.
    /// </summary>
    public EventId? IdBefore(long position)
    {
        for (Rewound? rewound = Volatile.Read(ref _newest); rewound is not null; rewound = rewound.Earlier)
        {
            if (rewound.At == position)
                return rewound.IdBefore;
        }
        return null;
    }

    private sealed record Rewound(long At, EventId IdBefore, Rewound? Earlier);
}
