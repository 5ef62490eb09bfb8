namespace RawSse.Server.Channels;

/// <summary>What a block of native memory is used for (metric <c>rawsse_memory_bytes{kind}</c>).</summary>
internal enum MemoryKind : byte
{
    Log,
    Page,
    Store,
}

/// <summary>
/// Counts the native bytes of all logs, pages and the embedded store against <c>--memory</c>. Any thread. The limit is
/// checked before a publish is accepted, so it can be passed by what deliveries already under way still need.
/// </summary>
internal sealed class MemoryBudget(long bytesMax)
{
    private readonly long[] _used = new long[3];

    public long BytesMax { get; } = bytesMax;

    public long Used => Volatile.Read(ref _used[0]) + Volatile.Read(ref _used[1]) + Volatile.Read(ref _used[2]);

    public bool IsExceeded => Used > BytesMax;

    public long UsedBy(MemoryKind kind) => Volatile.Read(ref _used[(int)kind]);

    public void Add(MemoryKind kind, long bytes) => Interlocked.Add(ref _used[(int)kind], bytes);
}
