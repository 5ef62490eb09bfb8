using BenchmarkDotNet.Attributes;
using RawSse.Protocol.Ids;
using RawSse.Server.Channels;

namespace RawSse.Bench.Micro;

/// <summary>Appending to a channel's log, whose oldest bytes go when there are too many.</summary>
[BenchmarkCategory("log")]
public class LogSubjects
{
    private const string Name = "append a frame of 100 bytes, and trim";

    /// <summary>What a node keeps at most by default for a subscriber that lags.</summary>
    private const int LogBytes = 2 << 20;

    private readonly Log _log = new(EventId.Zero, new SegmentPool(new MemoryBudget(long.MaxValue)));
    private readonly Queue<byte[]> _arrays = new();
    private readonly byte[] _frame = MicroEvent.Frame();
    private EventId _id = MicroEvent.Id;
    private long _arrayBytes;

    // A segment of 256 KiB has a record and a place to look for each 4 KiB of it: that is all.
    [Subject(Name, BytesMax = 0.5)]
    public void Append()
    {
        _id = _id.Next();
        _log.Append(_frame, _id);
        if (_log.Bytes > LogBytes) _log.Trim(_log.Head, LogBytes);
    }

    [Subject("encode an event of 100 bytes into the log, and trim", BytesMax = 0.5)]
    public void Encode()
    {
        _id = _id.Next();
        _log.Append(_id, MicroEvent.Type, MicroEvent.Data);
        if (_log.Bytes > LogBytes) _log.Trim(_log.Head, LogBytes);
    }

    /// <summary>What is simplest: an array for each event.</summary>
    [Subject(Name, By = "queue of arrays")]
    public void Enqueue()
    {
        _arrays.Enqueue(_frame.AsSpan().ToArray());
        _arrayBytes += _frame.Length;
        while (_arrayBytes > LogBytes) _arrayBytes -= _arrays.Dequeue().Length;
    }

    [GlobalCleanup]
    public void Free() => _log.Free();
}
