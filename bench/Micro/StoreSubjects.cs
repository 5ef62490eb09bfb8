using BenchmarkDotNet.Attributes;

namespace RawSse.Bench.Micro;

/// <summary>A publish into the embedded store with its defaults: the id, the frame, and trimming at 10,000 events.</summary>
[BenchmarkCategory("store")]
public class StoreSubjects
{
    private StoreRig _store = null!;

    [GlobalSetup]
    public void Start() => _store = StoreRig.Start();

    // A node of 100 entries has a record and a place to look for each 4 KiB of it.
    [Subject("publish 100 bytes", BytesMax = 4)]
    public ulong Publish() => _store.Publish().Sequence;

    [GlobalCleanup]
    public void End() => _store.Dispose();
}
