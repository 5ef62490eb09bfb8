using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Runtime.InteropServices;
using System.Text;
using RawSse.Bench.Native;

namespace RawSse.Bench.Load.Fleet;

/// <summary>
/// The open streams of a load process, of any server. One recv(2) into one shared buffer a read; numbers or events are found
/// without keeping anything of a stream but its state.
/// </summary>
internal sealed unsafe class FleetStreams : IDisposable
{
    private const int ReadBytesMax = 256 << 10;
    private const int SlowReceiveBytes = 4096;

    private readonly FleetPlan _plan;
    private readonly EpollSet _epoll;
    private readonly Connector _connector;
    private readonly byte[] _request;
    private readonly byte* _read = (byte*)NativeMemory.Alloc(ReadBytesMax);
    private readonly FleetStream[] _streams;
    private readonly Dictionary<int, byte[]> _heads = [];
    private readonly long _startedAt = Stopwatch.GetTimestamp();
    private long _slowBytes;

    public FleetStreams(FleetPlan plan, EpollSet epoll)
    {
        (_plan, _epoll) = (plan, epoll);
        _connector = new Connector(IPAddress.Parse(plan.Target.Address), plan.Target.Port);
        _streams = new FleetStream[plan.Connections];
        IEnumerable<string> lines = [
            $"GET {plan.Target.Path} HTTP/1.1", $"Host: {plan.Target.Host}", "Accept: text/event-stream", .. plan.Headers,
            .. plan.LastEventId is { } id ? [$"Last-Event-ID: {id}"] : Array.Empty<string>()];
        _request = Encoding.UTF8.GetBytes(string.Join("\r\n", lines) + "\r\n\r\n");
    }

    public Arrivals Arrivals { get; } = new();
    public int Begun { get; private set; }
    public int Opened { get; private set; }
    public int Refused { get; private set; }
    public int Ended { get; private set; }
    public string? Refusal { get; private set; }
    public long Bytes { get; private set; }
    public long Reads { get; private set; }

    /// <summary>Since when what is ready now has waited, at most.</summary>
    public long LookedAt { get; set; }

    /// <summary>Begins as many connections as are due, and are not too many at once for a server's backlog.</summary>
    public void ConnectDue()
    {
        int due = Math.Min(_streams.Length, Opened + Refused + _plan.ConnectingMax);
        if (_plan.ConnectRate > 0)
            due = Math.Min(due, (int)(Stopwatch.GetElapsedTime(_startedAt).TotalSeconds * _plan.ConnectRate) + 1);
        while (Begun < due) Connect(Begun++);
    }

    /// <summary>All streams count from the first event of a window.</summary>
    public void Begin(EventSchedule schedule, SendBoard? board)
    {
        int subscribers = 0;
        foreach (ref FleetStream stream in _streams.AsSpan())
        {
            (stream.State.NextPlace, stream.Seen) = (schedule.FirstNumber, 0);
            if (stream.Counts) subscribers++;
        }
        Arrivals.Begin(schedule, board, _plan.Process, subscribers);
        (Bytes, Reads) = (0, 0);
    }

    /// <summary>Whether each stream that is waited for has all events up to this one.</summary>
    public bool HasAll(int lastNumber)
    {
        foreach (ref readonly FleetStream stream in _streams.AsSpan())
            if (stream.Counts && !Arrivals.HasAll(stream, lastNumber)) return false;
        return true;
    }

    /// <summary>What open streams have not got is lost.</summary>
    public void GiveUp(int lastNumber)
    {
        foreach (ref FleetStream stream in _streams.AsSpan())
            if (stream.State.Phase == StreamPhase.Streaming) Arrivals.GiveUp(ref stream, lastNumber);
    }

    /// <summary>A connection is ready: reads what is there, and to the end when the server has closed it.</summary>
    public void Serve(int index, bool isPeerClosed)
    {
        ref FleetStream stream = ref _streams[index];
        if (stream.State.Phase is StreamPhase.Closed) return;
        if (stream.State.Phase == StreamPhase.Connecting && !Request(index)) return;
        if (stream.IsSlow && stream.State.Phase == StreamPhase.Streaming) return;
        nint length;
        do
        {
            length = Read(index, ReadBytesMax);
        }
        while (length == ReadBytesMax || isPeerClosed && length > 0);
    }

    /// <summary>Reads what the slow streams may have had by now, a piece of each.</summary>
    public void ServeSlow(long slowFrom)
    {
        if (_plan.Slow == 0) return;
        const int PieceMin = 64;
        long due = (long)(Stopwatch.GetElapsedTime(slowFrom).TotalSeconds * _plan.SlowRate);
        int piece = (int)Math.Min(due - _slowBytes, ReadBytesMax);
        if (piece < PieceMin) return;
        _slowBytes = due;
        for (int i = 0; i < _plan.Slow; i++)
            if (_streams[i].State.Phase == StreamPhase.Streaming) Read(i, piece);
    }

    public void Dispose()
    {
        foreach (ref FleetStream stream in _streams.AsSpan())
            if (stream.State.Phase is not (StreamPhase.Unused or StreamPhase.Closed)) Libc.Close(stream.State.Fd);
        NativeMemory.Free(_read);
    }

    private void Connect(int index)
    {
        ref FleetStream stream = ref _streams[index];
        stream.IsSlow = index < _plan.Slow;
        stream.State.Fd = _connector.Open(stream.IsSlow ? SlowReceiveBytes : 0);
        stream.State.Phase = StreamPhase.Connecting;
        _epoll.Watch(stream.State.Fd, EpollSet.Edge | EpollSet.In | EpollSet.Out | EpollSet.PeerClosed, index);
    }

    // False: it is still connecting, or could not.
    private bool Request(int index)
    {
        ref FleetStream stream = ref _streams[index];
        try
        {
            if (!Connector.TrySend(stream.State.Fd, _request)) return false;
            stream.State.Phase = StreamPhase.Requested;
            return true;
        }
        catch (Win32Exception e)
        {
            Refuse(ref stream, new Win32Exception(e.NativeErrorCode).Message);
            return false;
        }
    }

    private nint Read(int index, int bytesMax)
    {
        ref FleetStream stream = ref _streams[index];
        nint length = Libc.Receive(stream.State.Fd, _read, bytesMax, 0);
        if (length > 0)
        {
            var bytes = new ReadOnlySpan<byte>(_read, (int)length);
            Reads++;
            if (stream.State.Phase == StreamPhase.Streaming) Take(ref stream, bytes);
            else ReadHead(index, bytes);
            return stream.State.Phase == StreamPhase.Closed ? 0 : length;
        }
        if (length == 0 || Marshal.GetLastPInvokeError() != Libc.EAgain) End(index);
        return length;
    }

    private void ReadHead(int index, ReadOnlySpan<byte> bytes)
    {
        ref FleetStream stream = ref _streams[index];
        byte[] answer = _heads.Remove(index, out byte[]? begun) ? [.. begun, .. bytes] : bytes.ToArray();
        if (!ResponseHead.TryParse(answer, out ResponseHead head))
        {
            _heads[index] = answer;
            return;
        }
        if (!head.IsStream)
        {
            Refuse(ref stream, ResponseHead.Excerpt(answer));
            return;
        }
        stream.Chunk = new ChunkState(head.IsChunked);
        stream.State.Phase = StreamPhase.Streaming;
        Opened++;
        Take(ref stream, answer.AsSpan(head.Bytes));
    }

    private void Take(ref FleetStream stream, ReadOnlySpan<byte> bytes)
    {
        Bytes += bytes.Length;
        long now = Stopwatch.GetTimestamp();
        while (stream.Chunk.TryRead(ref bytes, out ReadOnlySpan<byte> content))
        {
            if (!_plan.IsNumbered) Arrivals.Count(stream.Counter.Count(content));
            else while (EventMarker.TryRead(ref stream.State, ref content, out int number))
                Arrivals.Deliver(ref stream, number, now, LookedAt);
        }
    }

    private void Refuse(ref FleetStream stream, string reason)
    {
        Libc.Close(stream.State.Fd);
        stream.State.Phase = StreamPhase.Closed;
        Refused++;
        Refusal ??= reason;
    }

    private void End(int index)
    {
        ref FleetStream stream = ref _streams[index];
        if (stream.State.Phase != StreamPhase.Streaming)
        {
            string answer = _heads.Remove(index, out byte[]? begun) ? ResponseHead.Excerpt(begun) : "closed without an answer";
            Refuse(ref stream, answer);
            return;
        }
        Libc.Close(stream.State.Fd);
        stream.State.Phase = StreamPhase.Closed;
        Ended++;
    }
}
