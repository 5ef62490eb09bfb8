using System.Globalization;
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

    private readonly FileStream _file;
    private readonly MemoryMappedFile _map;
    private readonly MemoryMappedViewAccessor _view;
    private readonly long* _words;

    private SendBoard(FileStream file)
    {
        _file = file;
        _map = MemoryMappedFile.CreateFromFile(
            file, null, (Slots + ProcessesMax) * sizeof(long), MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: false);
        _view = _map.CreateViewAccessor();
        byte* start = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        _words = (long*)start;
    }

    /// <summary>The file, under a name that other processes can open as long as this one has it open.</summary>
    public string Name => string.Create(CultureInfo.InvariantCulture, $"/proc/{Environment.ProcessId}/fd/{_file.SafeFileHandle.DangerousGetHandle()}");

    /// <summary>A new one, in a file that has no name of its own any more: however this process ends, nothing is left.</summary>
    public static SendBoard Create()
    {
        string path = Path.GetTempFileName();
        try
        {
            return new SendBoard(OpenFile(path));
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>The one of another process, by its <see cref="Name"/>.</summary>
    public static SendBoard Open(string name) => new(OpenFile(name));

    public long SentAt(int number) => Volatile.Read(ref _words[number % Slots]);

    public void Send(int number, long timestamp) => Volatile.Write(ref _words[number % Slots], timestamp);

    public long Completed(int process) => Volatile.Read(ref _words[Slots + process]);

    public void Complete(int process, long events) => Volatile.Write(ref _words[Slots + process], events);

    public void Dispose()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _map.Dispose();
    }

    private static FileStream OpenFile(string path) => new(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
}
