using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using RawSse.Bench.Native;

namespace RawSse.Bench.Load;

/// <summary>
/// The open streams of a load process. A read costs one recv(2) into one shared buffer and a scan for event
/// numbers, so that the client is far cheaper than any server.
/// </summary>
internal sealed unsafe class SubscriberSet : IDisposable
{
    private const int ReadBytesMax = 256 << 10;

    private readonly Connector _connector;
    private readonly EpollSet _epoll;
    private readonly EventLedger _ledger;
    private readonly byte* _read = (byte*)NativeMemory.Alloc(ReadBytesMax);
    private StreamState[] _streams = [];
    private string _path = "";
    private string? _lastEventId;

    public SubscriberSet(Connector connector, EpollSet epoll, EventLedger ledger) =>
        (_connector, _epoll, _ledger) = (connector, epoll, ledger);

    public int Count => _streams.Length;

    /// <summary>Streams that the server has answered.</summary>
    public int Streaming { get; private set; }

    /// <summary>Streams that the server ended.</summary>
    public int Ended { get; private set; }

    /// <summary>Reads that returned bytes: about the server's sends.</summary>
    public long Reads { get; private set; }

    /// <summary>A path of its own for a stream: <c>{i}</c> becomes its index.</summary>
    public static string PathOf(string path, int index) =>
        path.Replace("{i}", index.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);

    /// <summary>Makes room for new streams that wait for the event at <paramref name="nextPlace"/>; the old ones are closed.</summary>
    public void Reset(int count, string path, string? lastEventId, int nextPlace)
    {
        _streams = new StreamState[count];
        (_path, _lastEventId) = (path, lastEventId);
        (Streaming, Ended) = (0, 0);
        for (int i = 0; i < count; i++) _streams[i].NextPlace = nextPlace;
    }

    public void Connect(int index)
    {
        ref StreamState stream = ref _streams[index];
        stream.Fd = _connector.Open();
        bool sent = Connector.TrySend(stream.Fd, Request(index));
        stream.Phase = sent ? StreamPhase.Requested : StreamPhase.Connecting;
        _epoll.Watch(stream.Fd, EpollSet.Edge | EpollSet.In | EpollSet.PeerClosed | (sent ? 0 : EpollSet.Out), index);
    }

    /// <summary>A stream is ready: reads what is there, and to the end when the server has closed it.</summary>
    public void Serve(int index, bool isPeerClosed)
    {
        ref StreamState stream = ref _streams[index];
        if (stream.Phase == StreamPhase.Connecting && Connector.TrySend(stream.Fd, Request(index)))
            stream.Phase = StreamPhase.Requested;
        nint length;
        do
        {
            length = Libc.Receive(stream.Fd, _read, ReadBytesMax, 0);
            if (length <= 0) break;
            Reads++;
            var bytes = new ReadOnlySpan<byte>(_read, (int)length);
            if (stream.Phase == StreamPhase.Requested) ReadHead(ref stream, bytes);
            long now = Stopwatch.GetTimestamp();
            while (EventMarker.TryRead(ref stream, ref bytes, out int number))
                _ledger.Deliver(ref stream.NextPlace, number, now);
        }
        while (length == ReadBytesMax || isPeerClosed);
        if (length == 0 || length < 0 && Marshal.GetLastPInvokeError() != Libc.EAgain) End(ref stream);
    }

    /// <summary>Closes all streams, as clients do that go away.</summary>
    public void CloseAll()
    {
        foreach (ref StreamState stream in _streams.AsSpan())
        {
            if (stream.Phase is not (StreamPhase.Unused or StreamPhase.Closed)) Libc.Close(stream.Fd);
            stream.Phase = StreamPhase.Closed;
        }
        _streams = [];
    }

    public void Dispose()
    {
        CloseAll();
        NativeMemory.Free(_read);
    }

    private byte[] Request(int index)
    {
        string resume = _lastEventId is null ? "" : $"Last-Event-ID: {_lastEventId}\r\n";
        return Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $"GET {PathOf(_path, index)} HTTP/1.1\r\nHost: 127.0.0.1:{_connector.Port}\r\nAccept: text/event-stream\r\n{resume}\r\n"));
    }

    private void ReadHead(ref StreamState stream, ReadOnlySpan<byte> bytes)
    {
        if (!bytes.StartsWith("HTTP/1.1 200 "u8))
            throw new LoadException("A stream was answered: " + Encoding.UTF8.GetString(bytes[..Math.Min(bytes.Length, 300)]));
        stream.Phase = StreamPhase.Streaming;
        Streaming++;
    }

    private void End(ref StreamState stream)
    {
        if (stream.Phase == StreamPhase.Closed) return;
        Libc.Close(stream.Fd);
        stream.Phase = StreamPhase.Closed;
        Ended++;
    }
}
