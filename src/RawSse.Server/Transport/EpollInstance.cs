using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace RawSse.Server.Transport;

/// <summary>One epoll instance: what it watches and what it has to tell. One thread.</summary>
[SupportedOSPlatform("linux")]
internal sealed unsafe class EpollInstance : IDisposable
{
    private readonly int _fd = Errno.Check("epoll_create1", LibC.EpollCreate(LibC.EpollCloseOnExec));
    private readonly EpollEvents _control = new(1);

    public void Add(int fd, uint mask, ulong data) => Control(LibC.EpollCtlAdd, fd, mask, data);

    public void Modify(int fd, uint mask, ulong data) => Control(LibC.EpollCtlMod, fd, mask, data);

    /// <summary>How many of <paramref name="events"/> were filled, at most <paramref name="max"/>; 0 also when a signal came.</summary>
    public int Wait(EpollEvents events, int max, int timeoutMs)
    {
        int ready = LibC.EpollWait(_fd, events.Start, max, timeoutMs);
        if (ready >= 0)
            return ready;
        int errno = Marshal.GetLastSystemError();
        return errno == Errno.Intr ? 0 : throw Errno.Bug("epoll_wait", errno);
    }

    public void Dispose()
    {
        _ = LibC.Close(_fd);
        _control.Dispose();
    }

    private void Control(int operation, int fd, uint mask, ulong data)
    {
        _control.Set(0, mask, data);
        Errno.Check("epoll_ctl", LibC.EpollControl(_fd, operation, fd, _control.Start));
    }
}
