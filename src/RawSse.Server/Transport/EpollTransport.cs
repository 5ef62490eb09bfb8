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
    private const int SendFlags = LibC.MsgNoSignal | LibC.MsgDontWait;
    private const uint ConnectionMask = LibC.EpollIn | LibC.EpollOut | LibC.EpollRdHup | LibC.EpollEdge;

    // The data of an epoll event is a connection's token, or one of ours: those have the top bit, which no token may have.
    private const ulong WakeData = ulong.MaxValue;

    private readonly EpollInstance _epoll = new();
    private readonly int _wake;
    private readonly EpollListeners _listeners;
    private readonly EpollEvents _ready = new(EventsMax);
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
        _usesRing = usesRing;
        _wake = Errno.Check("eventfd", LibC.EventFd(0, LibC.EventFdCloseOnExec | LibC.EventFdNonBlock));

        // Edge-triggered, each write is news, so the counter never has to be read back (it lasts for 2^64 writes).
        _epoll.Add(_wake, LibC.EpollIn | LibC.EpollEdge, WakeData);
        _listeners = new EpollListeners(listeners, _epoll);
    }

    /// <inheritdoc/>
    /// <remarks>A signal may end the wait early, with nothing.</remarks>
    public int Poll(Span<TransportEvent> events, int timeoutMs)
    {
        ArgumentOutOfRangeException.ThrowIfZero(events.Length);
        int ready = _epoll.Wait(_ready, Math.Min(events.Length, EventsMax), timeoutMs);
        int count = 0;
        for (int i = 0; i < ready; i++)
        {
            ulong data = _ready.Data(i);
            if (data < TransportToken.Limit)
                events[count++] = new TransportEvent(data, ToReadiness(_ready.Mask(i)));
            else if (data != WakeData)
                events[count++] = new TransportEvent(data ^ EpollListeners.EventData, Readiness.Acceptable);
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
            Errno.Check("write", (int)LibC.Write(_wake, &one, sizeof(ulong)));
        }
    }

    /// <inheritdoc/>
    public AcceptStatus Accept(int listener, out int handle, out PeerAddress peer)
    {
        AcceptStatus status = _listeners.Accept(listener, out handle, out peer);
        if (status == AcceptStatus.Accepted)
            _open.Add(handle);
        return status;
    }

    /// <inheritdoc/>
    public void PauseAccepting(bool paused) => _listeners.Pause(paused);

    /// <inheritdoc/>
    public void StopListening() => _listeners.Close();

    /// <inheritdoc/>
    public void Register(int handle, ulong token)
    {
        TransportToken.Check(token);
        CheckOpen(handle);
        _epoll.Add(handle, ConnectionMask, token);
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
        _epoll.Dispose();
        _ready.Dispose();
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

    private void CheckOpen(int handle)
    {
        if (!_open.Contains(handle))
            throw Errno.Bug("descriptor", Errno.BadF);
    }
}
