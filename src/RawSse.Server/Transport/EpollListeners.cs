using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace RawSse.Server.Transport;

/// <summary>One shard's listening descriptors, one an endpoint, and the connections that wait there. One thread.</summary>
[SupportedOSPlatform("linux")]
internal sealed unsafe class EpollListeners
{
    /// <summary>The data of their events: this bit, which no connection's token may have, and the listener's index.</summary>
    public const ulong EventData = TransportToken.Limit;

    private const int AbortedAcceptsMax = 64;
    private const int AcceptFlags = LibC.SockNonBlock | LibC.SockCloseOnExec;

    private readonly int[] _fds;
    private readonly EpollInstance _epoll;

    /// <summary>Takes ownership of <paramref name="fds"/>; level-triggered, an unaccepted connection is told again.</summary>
    public EpollListeners(int[] fds, EpollInstance epoll)
    {
        _fds = fds;
        _epoll = epoll;
        for (int i = 0; i < fds.Length; i++)
            epoll.Add(fds[i], LibC.EpollIn, EventData | (uint)i);
    }

    /// <inheritdoc cref="ITransport.Accept"/>
    public AcceptStatus Accept(int listener, out int handle, out PeerAddress peer)
    {
        byte* address = stackalloc byte[SocketAddressBytes.LengthMax];
        for (int aborted = 0; _fds[listener] >= 0 && aborted < AbortedAcceptsMax; aborted++)
        {
            uint length = SocketAddressBytes.LengthMax;
            handle = LibC.Accept4(_fds[listener], address, &length, AcceptFlags);
            if (handle >= 0)
            {
                peer = SocketAddressBytes.ReadPeer(new ReadOnlySpan<byte>(address, SocketAddressBytes.LengthMax));
                return AcceptStatus.Accepted;
            }

            int errno = Marshal.GetLastSystemError();
            if (errno == Errno.Again)
                break;
            if (Errno.IsBug(errno))
                throw Errno.Bug("accept4", errno);
            if (Errno.IsOutOfDescriptors(errno))
            {
                peer = default;
                return AcceptStatus.OutOfDescriptors;
            }

            // Anything else was one connection that died in the queue (accept(2)): the next may be well.
        }

        handle = -1;
        peer = default;
        return AcceptStatus.WouldBlock;
    }

    public void Pause(bool paused)
    {
        for (int i = 0; i < _fds.Length; i++)
        {
            if (_fds[i] >= 0)
                _epoll.Modify(_fds[i], paused ? 0 : LibC.EpollIn, EventData | (uint)i);
        }
    }

    public void Close()
    {
        foreach (ref int fd in _fds.AsSpan())
        {
            if (fd >= 0)
                _ = LibC.Close(fd);
            fd = -1;
        }
    }
}
