namespace RawSse.Protocol.Tests.Sse;

/// <summary>Counts what the calling thread allocates.</summary>
internal static class Allocations
{
    private const int Runs = 200;

    /// <summary>
    /// Bytes allocated by 200 runs after one that may grow buffers. The action must capture all it needs before.
    /// </summary>
    public static long Of(Action action)
    {
        action();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Runs; i++)
            action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
