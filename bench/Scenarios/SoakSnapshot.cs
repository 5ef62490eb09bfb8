using RawSse.Bench.Peers;
using RawSse.Server.Channels;

namespace RawSse.Bench.Scenarios;

/// <summary>What a RawSse without any connection still holds.</summary>
internal sealed record SoakSnapshot
{
    /// <summary>First segments that the server keeps for the next channel, one for each that there was.</summary>
    public const double PoolBytes = SoakPhase.Channels * SegmentPool.SegmentBytes;

    public required double Megabytes { get; init; }
    public required int Descriptors { get; init; }
    public required int Threads { get; init; }

    /// <summary>Segments of logs, pages of history, and bodies that are being read, by the server's own account.</summary>
    public required double LogBytes { get; init; }
    public required double PageBytes { get; init; }
    public required double RequestBytes { get; init; }
    public required double Streams { get; init; }

    /// <summary>No log and no page is left.</summary>
    public bool IsAtRest => PageBytes == 0 && LogBytes <= PoolBytes;

    public static SoakSnapshot Take(ServerProcess server)
    {
        // The request for it is a connection, and over when the rest is looked at.
        RawSseMetrics metrics = RawSseMetrics.TryRead(server.Port) ?? throw new Load.LoadException("There is no /metrics.");
        Thread.Sleep(200);
        return new SoakSnapshot
        {
            Megabytes = server.Account.Memory.Resident / 1e6,
            Descriptors = Directory.GetFileSystemEntries($"/proc/{server.Pid}/fd").Length,
            Threads = Directory.GetDirectories($"/proc/{server.Pid}/task").Length,
            LogBytes = metrics.Value("rawsse_memory_bytes{kind=\"log\"}"),
            PageBytes = metrics.Value("rawsse_memory_bytes{kind=\"page\"}"),
            RequestBytes = metrics.Value("rawsse_memory_bytes{kind=\"request\"}"),
            Streams = metrics.Value("rawsse_connections{state=\"streaming\"}"),
        };
    }
}
