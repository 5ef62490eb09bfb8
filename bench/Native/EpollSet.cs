using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace RawSse.Bench.Native;

/// <summary>An epoll descriptor with its event buffer. One thread.</summary>
internal sealed unsafe class EpollSet : IDisposable
{
    public const uint In = 1;
    public const uint Out = 4;
    public const uint PeerClosed = 0x2000;
    public const uint Edge = 1u << 31;

    private const int Add = 1;

    // struct epoll_event is packed on x86-64 only.
    private static readonly int s_size = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;
    private static readonly int s_dataOffset = s_size - 8;

    private readonly int _fd;
    private readonly int _eventsMax;
    private readonly byte* _events;

    public EpollSet(int eventsMax)
    {
        _eventsMax = eventsMax;
        _events = (byte*)NativeMemory.AllocZeroed((nuint)eventsMax, (nuint)s_size);
        _fd = Libc.EpollCreate(Libc.SockCloseOnExec);
        if (_fd < 0) throw new Win32Exception(Marshal.GetLastPInvokeError(), "epoll_create1");
    }

    /// <summary>Watches a descriptor; closing the descriptor ends that.</summary>
    public void Watch(int fd, uint interest, long data)
    {
        byte* entry = stackalloc byte[16];
        *(uint*)entry = interest;
        *(long*)(entry + s_dataOffset) = data;
        if (Libc.EpollControl(_fd, Add, fd, entry) != 0) throw new Win32Exception(Marshal.GetLastPInvokeError(), "epoll_ctl");
    }

    /// <summary>How many events are ready; a signal counts as none.</summary>
    public int Wait(int timeoutMs)
    {
        int ready = Libc.EpollWait(_fd, _events, _eventsMax, timeoutMs);
        if (ready >= 0) return ready;
        int error = Marshal.GetLastPInvokeError();
        return error == Libc.EIntr ? 0 : throw new Win32Exception(error, "epoll_wait");
    }

    /// <summary>As <see cref="Wait"/>, to the microsecond: epoll_wait(2) counts in milliseconds.</summary>
    public int WaitUntil(long timestamp)
    {
        long left = Math.Max(0, timestamp - Stopwatch.GetTimestamp()) * (1_000_000_000 / Stopwatch.Frequency);
        long* timeout = stackalloc long[2] { left / 1_000_000_000, left % 1_000_000_000 };
        var entry = new PollEntry { Fd = _fd, Interest = PollEntry.In };
        return Libc.Poll(&entry, 1, timeout, null) > 0 ? Wait(0) : 0;
    }

    public long Data(int index) => *(long*)(_events + index * s_size + s_dataOffset);

    /// <summary>The other side has closed: whoever reads must read to the end, since no edge follows.</summary>
    public bool IsPeerClosed(int index) => (*(uint*)(_events + index * s_size) & PeerClosed) != 0;

    public void Dispose()
    {
        Libc.Close(_fd);
        NativeMemory.Free(_events);
    }
}
