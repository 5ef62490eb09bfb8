using RawSse.Protocol.Ids;
using RawSse.Protocol.Resp;
using RawSse.Protocol.Sse;
using RawSse.Server.Channels;

namespace RawSse.Server.Stores.Redis;

/// <summary>
/// Reads a page of history, from the bytes of the reply straight into frames. The entry that is read after is asked for as
/// well: coming first it proves that nothing is missing. When it does not, the stream is asked what it holds.
/// </summary>
internal sealed class ReadCommand(RedisStore store) : ChannelCommand(store)
{
    /// <summary>Reads anew at most, when what was read is trimmed before it could be told where it began.</summary>
    private const int RereadsMax = 3;

    private ChannelName _channel = null!;
    private object _request = null!;
    private EventId _after;
    private EventId _until;
    private Segment? _frames;
    private EventId _through;
    private EventId _first;
    private int _asked;
    private int _taken;
    private long _takenBytes;
    private int _rereads;
    private bool _isHeld;
    private bool _isFull;
    private bool _isNonsense;
    private bool _isLocating;

    public override bool TakesElements => !_isLocating;

    public void Ask(ChannelName channel, EventId after, EventId until, object request)
    {
        _channel = channel;
        _after = after;
        _until = until;
        _request = request;
        _rereads = 0;
        Slot = Store.SlotOf(channel.Bytes);
        AskEntries();
    }

    /// <summary>The store has ended, and no one waits any more.</summary>
    public void Abandon()
    {
        _frames?.Free();
        _frames = null;
    }

    public override void OnElement(RedisLink link, ReadOnlySpan<byte> element)
    {
        if (_taken == _asked)
        {
            link.Break("it answers XRANGE with more than was asked for");
            return;
        }
        _taken++;
        _takenBytes += element.Length;
        if (_isFull || _isNonsense)
            return;
        if (!StoredEntry.TryRead(element, Store.Options.MaxEventBytes, out StoredEntry entry))
        {
            _isNonsense = true;
            return;
        }
        if (_taken == 1)
            _first = entry.Id;
        if (entry.Id <= _through)
        {
            // The entry itself; anything else no Redis answers, and what does would break the order of the log.
            _isHeld |= _taken == 1 && entry.Id == _after;
            return;
        }
        if (entry.Problem is { } problem)
            Store.NoteSkipped(_channel, entry.Id, problem);
        else if (!TryAdd(entry))
            return;
        _through = entry.Id;
    }

    public override void OnLost()
    {
        _frames?.Free();
        Store.Client.OnUnanswered(Finish());
    }

    protected override void OnAnswer(RedisLink link, ref RespReader reader)
    {
        if (!_isLocating)
        {
            if (_isNonsense || reader.Type != RespType.None)
            {
                Refuse("XRANGE");
                return;
            }
            Store.NoteEntries(_taken, _takenBytes);
            if (_isHeld)
                Answer(new StreamExtent(true, _after, _through, 1, long.MaxValue, _after));
            else
                AskExtent();
            return;
        }
        if (!ExtentReader.TryRead(ref reader, out StreamExtent extent))
        {
            Refuse(RedisScript.Locate.Name);
            return;
        }
        if (_taken > 0 && (!extent.Exists || extent.Oldest > _first))
        {
            // Trimmed between the two: what was read would seem to lie before the oldest.
            if (_rereads++ < RereadsMax)
            {
                _frames?.Free();
                AskEntries();
                return;
            }
            extent = new StreamExtent(true, _first, _through > extent.Newest ? _through : extent.Newest, extent.Length + 1, long.MaxValue, default);
        }
        Answer(extent);
    }

    protected override void OnError(RedisErrorKind kind, ReadOnlySpan<byte> text)
    {
        Store.NoteError(kind, text, _channel);
        if (kind == RedisErrorKind.WrongType)
            Answer(default);
        else
            OnLost();
    }

    /// <summary>What came says nothing: it is asked for again in due course, and not at once and for ever.</summary>
    private void Refuse(string command)
    {
        NoteNonsense(command, _channel);
        OnLost();
    }

    private bool TryAdd(in StoredEntry entry)
    {
        int length = entry.FrameLength;
        _frames ??= Segment.Allocate(Math.Max(length, Page.BytesMax), 0, _after, Store.Budget, MemoryKind.Page);
        if (!_frames.Fits(length))
        {
            _isFull = true;
            return false;
        }
        SseFrame.Write(_frames.Reserve(length), entry.Id, entry.Type, entry.Data);
        _frames.Commit(entry.Id, length);
        return true;
    }

    private void AskEntries()
    {
        _frames = null;
        _through = _after;
        _first = default;
        _taken = 0;
        _takenBytes = 0;
        _isHeld = _isFull = _isNonsense = _isLocating = false;
        _asked = Store.EntriesPerRead;
        Begin();
        RespWriter.WriteCommand(Request, 6);
        RespWriter.WriteBulk(Request, "XRANGE"u8);
        Store.WriteStreamKey(Request, _channel.Bytes);
        RespWriter.WriteBulk(Request, _after);
        RespWriter.WriteBulk(Request, _until);
        RespWriter.WriteBulk(Request, "COUNT"u8);
        RespWriter.WriteBulk(Request, _asked);
        Send();
    }

    private void AskExtent()
    {
        _isLocating = true;
        if (_frames is not null)
            _frames = Fit(_frames);
        Begin();
        BeginScript(RedisScript.Locate, 3);
        RespWriter.WriteBulk(Request, 1);
        Store.WriteStreamKey(Request, _channel.Bytes);
        RespWriter.WriteBulk(Request, _after);
        Send();
    }

    private void Send()
    {
        if (!Store.TrySend(this))
            OnLost();
    }

    private void Answer(in StreamExtent extent)
    {
        var result = new ReadResult(extent, _through, IsEnd: !_isFull && _taken < _asked);
        Segment? frames = _frames is null ? null : Fit(_frames);
        Store.Client.OnRead(Finish(), result, frames);
    }

    /// <summary>Most holes are of an event or two, and a page may be kept a while: it takes no more memory than it needs.</summary>
    private Segment Fit(Segment page)
    {
        if (Segment.CapacityFor(page.Used) == page.Capacity)
            return page;
        Segment fitting = Segment.Allocate(page.Used, 0, _after, Store.Budget, MemoryKind.Page);
        ReadOnlySpan<byte> frames = page.Slice(0, page.Used);
        while (!frames.IsEmpty)
        {
            int length = SseFrame.FirstLength(frames);
            SseFrame.TryReadId(frames, out EventId id);
            fitting.Append(frames[..length], id);
            frames = frames[length..];
        }
        page.Free();
        return fitting;
    }

    private object Finish()
    {
        object request = _request;
        _request = null!;
        _channel = null!;
        _frames = null;
        Store.Reads.Return(this);
        return request;
    }
}
