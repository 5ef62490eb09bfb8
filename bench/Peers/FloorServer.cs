using System.ComponentModel;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Unicode;
using RawSse.Bench.Native;

namespace RawSse.Bench.Peers;

/// <summary>
/// floor.c in C#: the physical limit with plain system calls. One thread, epoll, one send(2) for each subscriber
/// and batch of events, no slow-consumer handling (a full socket loses the event). GET subscribes, POST publishes.
/// </summary>
internal sealed unsafe class FloorServer : IDisposable
{
    private const int EventsMax = 512;
    private const int SubscribersMax = 70_000;
    private const int ReadBytesMax = 1 << 16;
    private const int PendingBytesMax = 1 << 22;

    private readonly int _listener;
    private readonly EpollSet _epoll = new(EventsMax);
    private readonly int* _subscribers = (int*)NativeMemory.Alloc(SubscribersMax, sizeof(int));
    private readonly byte* _read = (byte*)NativeMemory.Alloc(ReadBytesMax);
    private readonly byte* _pending = (byte*)NativeMemory.Alloc(PendingBytesMax);
    private readonly byte[] _frame = new byte[70_000];
    private int _subscriberCount;
    private int _pendingBytes;
    private long _sequence;

    private FloorServer(int port)
    {
        _listener = Libc.Socket(Libc.AfInet, Libc.SockStream | Libc.SockNonBlock, 0);
        Libc.SetOption(_listener, Libc.SolSocket, Libc.SoReuseAddr, 1);
        SocketAddress address = SocketAddress.Loopback(port);
        if (Libc.Bind(_listener, &address, sizeof(SocketAddress)) != 0 || Libc.Listen(_listener, 4096) != 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError(), "bind");
        _epoll.Watch(_listener, EpollSet.In, _listener);
    }

    private static ReadOnlySpan<byte> StreamHead =>
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-cache\r\nTransfer-Encoding: chunked\r\n\r\n"u8;

    /// <summary>Serves 127.0.0.1:port until the process is ended.</summary>
    public static int Run(int port)
    {
        using var server = new FloorServer(port);
        while (true) server.Step();
    }

    public void Dispose()
    {
        _epoll.Dispose();
        Libc.Close(_listener);
        NativeMemory.Free(_subscribers);
        NativeMemory.Free(_read);
        NativeMemory.Free(_pending);
    }

    private void Step()
    {
        int ready = _epoll.Wait(-1);
        for (int i = 0; i < ready; i++)
        {
            int fd = (int)_epoll.Data(i);
            if (fd == _listener) AcceptAll();
            else ReadRequest(fd);
        }
        Flush();
    }

    private void AcceptAll()
    {
        int fd;
        while ((fd = Libc.Accept(_listener, null, null, Libc.SockNonBlock)) >= 0)
        {
            Libc.SetOption(fd, Libc.IpProtoTcp, Libc.TcpNoDelay, 1);
            _epoll.Watch(fd, EpollSet.In, fd);
        }
    }

    private void ReadRequest(int fd)
    {
        nint length = Libc.Receive(fd, _read, ReadBytesMax - 1, 0);
        if (length <= 0)
        {
            Remove(fd);
            return;
        }
        if (_read[0] == 'G')
        {
            Write(fd, StreamHead);
            _subscribers[_subscriberCount++] = fd;
            return;
        }
        var request = new ReadOnlySpan<byte>(_read, (int)length);
        int head = request.IndexOf("\r\n\r\n"u8);
        if (head < 0) return;
        Append(request[(head + 4)..]);
        Write(fd, "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n"u8);
    }

    private void Append(ReadOnlySpan<byte> data)
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        Utf8.TryWrite(_frame, culture, $"id: 1718000000000-{_sequence++}\nevent: update\ndata: ", out int length);
        data.CopyTo(_frame.AsSpan(length));
        length += data.Length;
        _frame[length++] = (byte)'\n';
        _frame[length++] = (byte)'\n';
        var free = new Span<byte>(_pending + _pendingBytes, PendingBytesMax - _pendingBytes);
        Utf8.TryWrite(free, culture, $"{length:x}\r\n", out int chunk);
        _frame.AsSpan(0, length).CopyTo(free[chunk..]);
        "\r\n"u8.CopyTo(free[(chunk + length)..]);
        _pendingBytes += chunk + length + 2;
    }

    private void Flush()
    {
        if (_pendingBytes == 0) return;
        for (int i = 0; i < _subscriberCount; i++)
            Libc.Send(_subscribers[i], _pending, _pendingBytes, Libc.MsgNoSignal | Libc.MsgDontWait);
        _pendingBytes = 0;
    }

    private void Remove(int fd)
    {
        int index = new Span<int>(_subscribers, _subscriberCount).IndexOf(fd);
        if (index >= 0) _subscribers[index] = _subscribers[--_subscriberCount];
        Libc.Close(fd);
    }

    private static void Write(int fd, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes) Libc.Send(fd, start, bytes.Length, Libc.MsgNoSignal);
    }
}
