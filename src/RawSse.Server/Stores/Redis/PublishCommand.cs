using RawSse.Protocol.Ids;
using RawSse.Protocol.Resp;

namespace RawSse.Server.Stores.Redis;

/// <summary>
/// One event on its way into Redis. Its bytes stand in the request; they are kept until it is answered, so that it can be sent
/// again and so that it can ring its own doorbell.
/// </summary>
internal sealed class PublishCommand(RedisStore store) : ChannelCommand(store)
{
    /// <summary>The number of keys, one key, type, data, channel, and four that are the same for all.</summary>
    private const int Arguments = 9;

    private object _request = null!;

    // Places behind ArgumentsStart.
    private Range _pubSubChannel;
    private Range _type;
    private Range _data;

    /// <summary>The answer, while it waits for replicas.</summary>
    public AppendResult Result { get; set; }

    /// <summary>Whom it was sent to.</summary>
    public RedisServer? Server { get; set; }

    /// <summary>Redis did not know the script.</summary>
    public bool NeedsText { get; set; }

    /// <summary>Bytes that it was counted with.</summary>
    public int Bytes { get; private set; }

    private ReadOnlySpan<byte> ArgumentBytes => Request.Written[ArgumentsStart..];

    public void Set(scoped in NewEvent newEvent, ReadOnlySpan<byte> key, object request)
    {
        _request = request;
        NeedsText = false;
        Slot = Store.SlotOf(newEvent.Channel);
        RedisKeys keys = Store.Options.Keys;
        Span<byte> name = stackalloc byte[RedisKeys.BytesMax];
        int hasKey = key.IsEmpty ? 0 : 1;
        Begin();
        BeginScript(RedisScript.Publish, Arguments + hasKey);
        RespWriter.WriteBulk(Request, 1 + hasKey);
        RespWriter.WriteBulk(Request, keys.Stream(newEvent.Channel, name));
        if (hasKey > 0)
            RespWriter.WriteBulk(Request, keys.IdempotencyKey(newEvent.Channel, key, name));
        _type = Write(newEvent.Type);
        _data = Write(newEvent.Data);
        _pubSubChannel = Write(keys.PubSubChannel(newEvent.Channel, name));
        Request.Write(Store.PublishConstants);
        Bytes = Request.Length;
    }

    public override void OnLost() => Store.Publishes.Finish(this, AppendStatus.Unconfirmed);

    /// <summary>Forgets who asked.</summary>
    public object TakeRequest()
    {
        object request = _request;
        _request = null!;
        Server = null;
        return request;
    }

    protected override void OnAnswer(RedisLink link, ref RespReader reader)
    {
        int count = reader.Count;
        EventId previous = default;
        bool isKnown = reader.Read() & EventId.TryParse(reader.Text, out EventId id) & count is 1 or 2;
        if (isKnown && count == 2)
            isKnown = reader.Read() && EventId.TryParse(reader.Text, out previous);
        if (!isKnown)
        {
            OnLost();
            return;
        }
        if (count == 2)
        {
            ReadOnlySpan<byte> bytes = ArgumentBytes;
            Store.Options.Keys.TryGetChannel(bytes[_pubSubChannel], out ReadOnlySpan<byte> channel);
            Store.Doorbells.RingOwn(channel, new Announcement(id, previous, bytes[_type], bytes[_data]));
        }
        Store.Publishes.Answer(this, new AppendResult(count == 2 ? AppendStatus.Stored : AppendStatus.Repeated, id));
    }

    protected override void OnError(RedisErrorKind kind, ReadOnlySpan<byte> text)
    {
        AppendStatus status = kind switch
        {
            RedisErrorKind.KeyReused => AppendStatus.KeyConflict,
            RedisErrorKind.OutOfMemory => AppendStatus.OutOfMemory,
            // The script may have failed behind its XADD, as where PUBLISH is forbidden.
            RedisErrorKind.Other => AppendStatus.Unconfirmed,
            _ => AppendStatus.Unavailable,
        };
        if (status != AppendStatus.KeyConflict)
            Store.NoteError(kind, text, null);
        Store.Publishes.Finish(this, status);
    }

    protected override void Repeat(RedisErrorKind kind) => Store.Publishes.Repeat(this, kind);

    private Range Write(ReadOnlySpan<byte> bytes)
    {
        RespWriter.WriteBulk(Request, bytes);
        int end = Request.Length - ArgumentsStart - "\r\n"u8.Length;
        return (end - bytes.Length)..end;
    }
}
