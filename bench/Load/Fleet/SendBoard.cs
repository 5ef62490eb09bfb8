using System.IO.MemoryMappedFiles;

namespace RawSse.Bench.Load.Fleet;

/// <summary>
/// What the processes of a closed loop must know of each other, in memory that they share: when an event was sent (written by
/// the publishing process before it sends) and how many events each load process has seen arrive at all of its subscribers.
/// </summary>
internal sealed unsafe class SendBoard : IDisposable
{
    /// <summary>Far more than may be in flight, so that a slot is free again before it is needed.</summary>
    public const int Slots = 1 << 16;

    private const int ProcessesMax = 256;

    private readonly string? _ownFile;
    private readonly MemoryMappedFile _map;
    private readonly MemoryMappedViewAccessor _view;
    private readonly long* _words;

    private SendBoard(string file, bool isOwner)
    {
        if (isOwner) _ownFile = file;
        _map = MemoryMappedFile.CreateFromFile(file, FileMode.OpenOrCreate, null, (Slots + ProcessesMax) * sizeof(long));
        _view = _map.CreateViewAccessor();
        byte* start = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        _words = (long*)start;
    }

    /// <summary>A new one; the file goes with it.</summary>
    public static SendBoard Create() => new(Path.Combine(Path.GetTempPath(), $"rawsse-load-{Environment.ProcessId}-{Guid.NewGuid():N}"), true);

    public static SendBoard Open(string file) => new(file, false);

    /// <summary>Null when another process made it.</summary>
    public string? OwnFile => _ownFile;

    public long SentAt(int number) => Volatile.Read(ref _words[number % Slots]);

    public void Send(int number, long timestamp) => Volatile.Write(ref _words[number % Slots], timestamp);

    public long Completed(int process) => Volatile.Read(ref _words[Slots + process]);

    public void Complete(int process, long events) => Volatile.Write(ref _words[Slots + process], events);

    public void Dispose()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _map.Dispose();
        if (_ownFile is not null) File.Delete(_ownFile);
    }
}
