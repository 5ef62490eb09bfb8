using RawSse.Protocol.Ids;

namespace RawSse.Bench.Redis;

/// <summary>A client of Redis that is subscribed to one channel and appends what it is told to a log.</summary>
internal interface IBellListener : IDisposable
{
    /// <summary>The last id of the log. Any thread; while it changes it may be read half old, half new.</summary>
    EventId LastId { get; }

    /// <summary>What was not appended as it came.</summary>
    long Faults { get; }
}
