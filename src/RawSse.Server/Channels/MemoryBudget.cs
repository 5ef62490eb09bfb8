namespace RawSse.Server.Channels;

/// <summary>What a block of native memory is used for (metric <c>rawsse_memory_bytes{kind}</c>).</summary>
internal enum MemoryKind : byte
{
    Log,
    Page,
    Store,
    /// <summary>Bodies of requests that are still being read. Bounded apart: they take no room from history.</summary>
    Request,
}

/// <summary>
/// Counts the native bytes of all logs, pages and the embedded store against <c>--memory</c>. Any thread. The limit is
/// checked before a publish is accepted, so it can be passed by what deliveries already under way still need.
/// </summary>
internal sealed class MemoryBudget(long bytesMax)
{
    private readonly long[] _used = new long[4];

    public long BytesMax { get; } = bytesMax;

    public long Used => Volatile.Read(ref _used[0]) + Volatile.Read(ref _used[1]) + Volatile.Read(ref _used[2]);

    /// <summary>Request bodies may take a quarter of the limit on top of it.</summary>
    public bool IsExceededByRequests => UsedBy(MemoryKind.Request) > BytesMax / 4;

    public bool IsExceeded => Used > BytesMax;

    public long UsedBy(MemoryKind kind) => Volatile.Read(ref _used[(int)kind]);

    public void Add(MemoryKind kind, long bytes) => Interlocked.Add(ref _used[(int)kind], bytes);
}
