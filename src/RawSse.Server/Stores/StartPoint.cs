using RawSse.Protocol.Ids;

namespace RawSse.Server.Stores;

/// <summary>How a client says where its stream starts (contract §2).</summary>
internal enum StartKind : byte
{
    /// <summary>With the next event.</summary>
    Now,
    /// <summary>After <see cref="StartPoint.Id"/>, the last event id that the client has.</summary>
    After,
    /// <summary>At <see cref="StartPoint.Id"/>, inclusive.</summary>
    At,
    /// <summary>With the oldest event held.</summary>
    Earliest,
    /// <summary>With the newest <see cref="StartPoint.Count"/> events.</summary>
    Last,
    /// <summary>The client's id cannot be read: a gap, then now.</summary>
    Unreadable,
}

/// <summary>Where one channel of a stream starts.</summary>
internal readonly record struct StartPoint(StartKind Kind, EventId Id = default, int Count = 0)
{
    public static StartPoint Now => default;
}
