using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace RawSse.Server.Transport;

/// <summary>
/// epoll(7) by plain system calls; a handle is the descriptor itself. A connection is registered once, edge-triggered, for
/// everything it may ever tell, so that its whole life costs accept4, epoll_ctl, its transfers and close.
/// </summary>
/// <remarks>
/// The owning shard's thread only, but for <see cref="Wake"/>. A connection's event often says Writable beside what caused
/// it. Closing a descriptor also takes it out of the epoll instance; should a child process that is just being started
/// still hold it, an event may follow, which the token's generation gives away.
/// </remarks>
[SupportedOSPlatform("linux")]
internal sealed unsafe class EpollTransport : ITransport
{
    private const int EventsMax = 512;
    private const int AbortedAcceptsMax = 64;
    private const int SendFlags = LibC.MsgNoSignal | LibC.MsgDontWait;
    private const int AcceptFlags = LibC.SockNonBlock | LibC.SockCloseOnExec;
    private const uint ConnectionMask = LibC.EpollIn | LibC.EpollOut | LibC.EpollRdHup | LibC.EpollEdge;

    // The data of an epoll event is a connection's token, or one of ours: those have the top bit, which no token may have.
    private const ulong ListenerData = TransportToken.Limit;
    private const ulong WakeData = ulong.MaxValue;

    private readonly int _epoll;
    private readonly int _wake;
    private readonly int[] _listeners;
    private readonly EpollEvents _ready = new(EventsMax);
    private readonly EpollEvents _control = new(1);
    private readonly DescriptorSet _open = new();
    private readonly Lock _wakeGate = new();
    private readonly bool _usesRing;
    private SendRing? _ring;
    private bool _disposed;

    /// <summary>Takes ownership of <paramref name="listeners"/>: listening, non-blocking descriptors, one an endpoint.</summary>
    /// <param name="listeners">the descriptors</param>
    /// <param name="usesRing">many sends at once go through an io_uring</param>
    public EpollTransport(int[] listeners, bool usesRing = false)
    {
        _listeners = listeners;
        _usesRing = usesRing;
        _epoll = Check("epoll_create1", LibC.EpollCreate(LibC.EpollCloseOnExec));
        _wake = Check("eventfd", LibC.EventFd(0, LibC.EventFdCloseOnExec | LibC.EventFdNonBlock));

        // Edge-triggered, each write is news, so the counter never has to be read back (it lasts for 2^64 writes).
        Control(LibC.EpollCtlAdd, _wake, LibC.EpollIn | LibC.EpollEdge, WakeData);
        for (int i = 0; i < _listeners.Length; i++)
            Control(LibC.EpollCtlAdd, _listeners[i], LibC.EpollIn, ListenerData | (uint)i);
    }

    /// <inheritdoc/>
    /// <remarks>A signal may end the wait early, with nothing.</remarks>
    public int Poll(Span<TransportEvent> events, int timeoutMs)
    {
        ArgumentOutOfRangeException.ThrowIfZero(events.Length);
        int ready = LibC.EpollWait(_epoll, _ready.Start, Math.Min(events.Length, EventsMax), timeoutMs);
        if (ready < 0)
        {
            int errno = Marshal.GetLastSystemError();
            return errno == Errno.Intr ? 0 : throw Errno.Bug("epoll_wait", errno);
        }

        int count = 0;
        for (int i = 0; i < ready; i++)
        {
            ulong data = _ready.Data(i);
            if (data < TransportToken.Limit)
                events[count++] = new TransportEvent(data, ToReadiness(_ready.Mask(i)));
            else if (data != WakeData)
                events[count++] = new TransportEvent(data ^ ListenerData, Readiness.Acceptable);
        }

        return count;
    }

    /// <inheritdoc/>
    public void Wake()
    {
        // The lock keeps a late wake-up from writing into whatever has got the descriptor's number after Dispose.
        lock (_wakeGate)
        {
            if (_disposed)
                return;
            ulong one = 1;
            Check("write", (int)LibC.Write(_wake, &one, sizeof(ulong)));
        }
    }

    /// <inheritdoc/>
    public AcceptStatus Accept(int listener, out int handle, out PeerAddress peer)
    {
        byte* address = stackalloc byte[SocketAddressBytes.LengthMax];
        for (int aborted = 0; _listeners[listener] >= 0 && aborted < AbortedAcceptsMax; aborted++)
        {
            uint length = SocketAddressBytes.LengthMax;
            handle = LibC.Accept4(_listeners[listener], address, &length, AcceptFlags);
            if (handle >= 0)
            {
                peer = SocketAddressBytes.ReadPeer(new ReadOnlySpan<byte>(address, SocketAddressBytes.LengthMax));
                _open.Add(handle);
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

    /// <inheritdoc/>
    public void PauseAccepting(bool paused)
    {
        for (int i = 0; i < _listeners.Length; i++)
        {
            if (_listeners[i] >= 0)
                Control(LibC.EpollCtlMod, _listeners[i], paused ? 0 : LibC.EpollIn, ListenerData | (uint)i);
        }
    }

    /// <inheritdoc/>
    public void StopListening()
    {
        foreach (ref int listener in _listeners.AsSpan())
        {
            if (listener >= 0)
                _ = LibC.Close(listener);
            listener = -1;
        }
    }

    /// <inheritdoc/>
    public void Register(int handle, ulong token)
    {
        TransportToken.Check(token);
        CheckOpen(handle);
        Control(LibC.EpollCtlAdd, handle, ConnectionMask, token);
    }

    /// <inheritdoc/>
    public TransferResult Receive(int handle, Span<byte> buffer)
    {
        Debug.Assert(_open.Contains(handle), "a handle that is not open");
        fixed (byte* start = buffer)
        {
            while (true)
            {
                nint received = LibC.Receive(handle, start, (nuint)buffer.Length, LibC.MsgDontWait);
                // A short read has emptied the socket (epoll(7), question 9).
                if (received > 0)
                    return new TransferResult(TransferStatus.Done, (int)received, IsDrained: received < buffer.Length);
                if (received == 0)
                {
                    ArgumentOutOfRangeException.ThrowIfZero(buffer.Length);
                    return new TransferResult(TransferStatus.EndOfStream, 0);
                }

                int errno = Marshal.GetLastSystemError();
                if (errno != Errno.Intr)
                    return NothingMoved("recv", errno);
            }
        }
    }

    /// <inheritdoc/>
    public TransferResult Send(int handle, ReadOnlySpan<byte> bytes)
    {
        Debug.Assert(_open.Contains(handle), "a handle that is not open");
        fixed (byte* start = bytes)
        {
            while (true)
            {
                nint sent = LibC.Send(handle, start, (nuint)bytes.Length, SendFlags);
                if (sent > 0)
                    return new TransferResult(TransferStatus.Done, (int)sent);
                int errno = Marshal.GetLastSystemError();
                ArgumentOutOfRangeException.ThrowIfZero(bytes.Length);
                if (errno != Errno.Intr)
                    return NothingMoved("send", errno);
            }
        }
    }

    /// <inheritdoc/>
    public int BatchMax => _usesRing ? SendRing.SendsMax : 0;

    /// <inheritdoc/>
    public void SendAll(Span<BatchedSend> batch)
    {
        // Made here, since only the thread that makes it may use it; tried again while the process is out of descriptors or memory.
        if (_ring is null && SendRing.TryCreate(out _ring) != 0)
        {
            foreach (ref BatchedSend send in batch)
                send.Result = Send(send.Handle, send.Bytes);
            return;
        }

        SendRing ring = _ring!;

        ring.SendAll(batch, SendFlags);
        foreach (ref BatchedSend send in batch)
        {
            send.Result = send.Outcome switch
            {
                > 0 and var count => new TransferResult(TransferStatus.Done, count),
                -Errno.Intr => Send(send.Handle, send.Bytes),
                var errno => NothingMoved("send", -errno),
            };
        }
    }

    /// <inheritdoc/>
    public int QueuedBytes(int handle)
    {
        CheckOpen(handle);
        int bytes;
        return LibC.IoControl(handle, LibC.SiocOutQ, &bytes) == 0 ? bytes : -1;
    }

    /// <inheritdoc/>
    public void ShutdownSend(int handle)
    {
        CheckOpen(handle);
        _ = LibC.Shutdown(handle, LibC.ShutWrite); // ENOTCONN: the peer was faster, and an event tells
    }

    /// <inheritdoc/>
    public void Close(int handle, bool reset)
    {
        if (!_open.Remove(handle))
            throw Errno.Bug("close", Errno.BadF);
        CloseDescriptor(handle, reset);
    }

    /// <summary>Closes the listeners and, by RST, connections that are still open.</summary>
    public void Dispose()
    {
        lock (_wakeGate)
        {
            if (_disposed)
                return;
            _disposed = true;
            _ = LibC.Close(_wake);
        }

        _ring?.Dispose();
        StopListening();
        while (_open.TryTakeAny(out int handle))
            CloseDescriptor(handle, reset: true);
        _ = LibC.Close(_epoll);
        _ready.Dispose();
        _control.Dispose();
    }

    private static void CloseDescriptor(int fd, bool reset)
    {
        if (reset)
        {
            var linger = new LibC.Linger { OnOff = 1, Seconds = 0 };
            _ = LibC.SetSockOpt(fd, LibC.SolSocket, LibC.SoLinger, &linger, (uint)sizeof(LibC.Linger));
        }

        _ = LibC.Close(fd); // never again after EINTR: on Linux the descriptor is gone, and perhaps somebody else's
    }

    private static Readiness ToReadiness(uint mask)
    {
        var readiness = Readiness.None;
        if ((mask & LibC.EpollIn) != 0)
            readiness |= Readiness.Readable;
        if ((mask & LibC.EpollOut) != 0)
            readiness |= Readiness.Writable;
        if ((mask & (LibC.EpollRdHup | LibC.EpollHup)) != 0)
            readiness |= Readiness.PeerClosed;
        if ((mask & LibC.EpollErr) != 0)
            readiness |= Readiness.Failed;
        return readiness;
    }

    private static TransferResult NothingMoved(string call, int errno)
    {
        if (Errno.IsBug(errno))
            throw Errno.Bug(call, errno);
        return new TransferResult(errno == Errno.Again ? TransferStatus.WouldBlock : TransferStatus.Failed, 0);
    }

    private static int Check(string call, int result) =>
        result >= 0 ? result : throw Errno.Bug(call, Marshal.GetLastSystemError());

    private void CheckOpen(int handle)
    {
        if (!_open.Contains(handle))
            throw Errno.Bug("descriptor", Errno.BadF);
    }

    private void Control(int operation, int fd, uint mask, ulong data)
    {
        _control.Set(0, mask, data);
        Check("epoll_ctl", LibC.EpollControl(_epoll, operation, fd, _control.Start));
    }
}
