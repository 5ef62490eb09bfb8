using RawSse.Protocol.Ids;
using RawSse.Protocol.Resp;

namespace RawSse.Server.Stores.Redis;

/// <summary>
/// Finds where a stream starts. For the newest N it first goes backwards over their ids, since Redis cannot count from the end.
/// </summary>
internal sealed class LocateCommand(RedisStore store) : ChannelCommand(store)
{
    private const int IdsMax = 256;

    private ChannelName _channel = null!;
    private object _request = null!;

    /// <summary>Ids that are still to be gone over; 0: locating.</summary>
    private long _idsLeft;

    private long _idsAsked;
    private long _idsTaken;
    private EventId _last;
    private bool _isNonsense;

    public override bool TakesElements => _idsLeft > 0;

    public void Ask(ChannelName channel, StartPoint start, object request)
    {
        _channel = channel;
        _request = request;
        _idsLeft = 0;
        Slot = Store.SlotOf(channel.Bytes);
        if (start is { Kind: StartKind.Last, Count: > 0 })
        {
            _idsLeft = start.Count + 1L;
            AskIds(EventId.Max);
        }
        else
            AskExtent(start.Kind is StartKind.After or StartKind.At ? start.Id : EventId.Max);
    }

    public override void OnElement(RedisLink link, ReadOnlySpan<byte> element)
    {
        if (_idsTaken == _idsAsked)
        {
            link.Break("it answers XREVRANGE with more than was asked for");
            return;
        }
        _idsTaken++;
        var reader = new RespReader(element);
        if (reader.Read() && reader.Read() && EventId.TryParse(reader.Text, out EventId id))
            _last = id;
        else
            _isNonsense = true;
    }

    public override void OnLost() => Store.Client.OnUnanswered(Finish());

    protected override void OnAnswer(RedisLink link, ref RespReader reader)
    {
        if (_idsLeft == 0)
        {
            if (ExtentReader.TryRead(ref reader, out StreamExtent extent))
                Store.Client.OnLocated(Finish(), extent);
            else
                Refuse(RedisScript.Locate.Name);
            return;
        }
        if (_isNonsense || reader.Type != RespType.None)
        {
            Refuse("XREVRANGE");
            return;
        }
        bool isEnd = _idsTaken < _idsAsked;
        _idsLeft -= _idsTaken;
        if (_idsLeft > 0 && !isEnd)
        {
            AskIds(_last.Previous());
            return;
        }
        EventId floor = _idsLeft > 0 ? EventId.Zero : _last;
        _idsLeft = 0;
        AskExtent(floor);
    }

    protected override void OnError(RedisErrorKind kind, ReadOnlySpan<byte> text)
    {
        Store.NoteError(kind, text, _channel);
        if (kind == RedisErrorKind.WrongType)
            Store.Client.OnLocated(Finish(), default);
        else
            OnLost();
    }

    private void Refuse(string command)
    {
        NoteNonsense(command, _channel);
        OnLost();
    }

    private void AskIds(EventId from)
    {
        _idsAsked = Math.Min(IdsMax, _idsLeft);
        _idsTaken = 0;
        _isNonsense = false;
        Begin();
        RespWriter.WriteCommand(Request, 6);
        RespWriter.WriteBulk(Request, "XREVRANGE"u8);
        Store.WriteStreamKey(Request, _channel.Bytes);
        RespWriter.WriteBulk(Request, from);
        RespWriter.WriteBulk(Request, "-"u8);
        RespWriter.WriteBulk(Request, "COUNT"u8);
        RespWriter.WriteBulk(Request, _idsAsked);
        Send();
    }

    private void AskExtent(EventId id)
    {
        Begin();
        BeginScript(RedisScript.Locate, 3);
        RespWriter.WriteBulk(Request, 1);
        Store.WriteStreamKey(Request, _channel.Bytes);
        RespWriter.WriteBulk(Request, id);
        Send();
    }

    private void Send()
    {
        if (!Store.TrySend(this))
            OnLost();
    }

    private object Finish()
    {
        object request = _request;
        _request = null!;
        _channel = null!;
        Store.Locates.Return(this);
        return request;
    }
}
