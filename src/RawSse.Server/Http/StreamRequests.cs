using System.Buffers.Text;
using RawSse.Protocol.Http;
using RawSse.Protocol.Ids;
using RawSse.Server.Shards;
using RawSse.Server.Stores;

namespace RawSse.Server.Http;

/// <summary>Reads what stream a client asks for, of which channels and from where (contract §2), and starts it.</summary>
internal sealed class StreamRequests(Shard shard)
{
    private const int AskedBytesMax = 200;

    private readonly List<ChannelName> _names = [];
    private readonly byte[] _name = new byte[ChannelName.BytesMax];
    private readonly byte[] _text = new byte[8 << 10];

    /// <param name="exchange">a request whose head was read</param>
    /// <param name="encodedName">the channel in the path</param>
    /// <param name="isNamed">the path names the channel; else the query does</param>
    public HandlerResult Answer(int slot, HttpExchange exchange, ReadOnlySpan<byte> encodedName, bool isNamed)
    {
        if (FindNames(exchange, encodedName, isNamed) is { } badName)
            return shard.Responses.Error(exchange, 400, "bad_channel", badName);
        if (FindStart(exchange, out StartText start) is { } badStart)
            return shard.Responses.Error(exchange, 400, "bad_start", badStart);
        foreach (ChannelName name in _names)
        {
            if (shard.Node.Access.Decide(AccessRight.Subscribe, name.Bytes, exchange.Parser.Authorization) != AccessDecision.Allow)
                return shard.Responses.Error(exchange, 403, "forbidden", $"you may not subscribe to the channel {name}");
        }
        if (exchange.IsHead)
        {
            exchange.CloseAfter = CloseReason.Done;
            exchange.Output.Write(shard.Responses.StreamHead());
            return HandlerResult.Answered;
        }
        if (shard.Node.IsClosing)
            return shard.Responses.Refuse(exchange, RefusalReason.Draining, isStream: true);
        return Start(slot, exchange, start);
    }

    private HandlerResult Start(int slot, HttpExchange exchange, scoped in StartText start)
    {
        Span<ChannelName> names = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_names);
        ulong fingerprint = names.Length > 1 ? StreamId.Fingerprint(names) : 0;
        Span<EventId> ids = stackalloc EventId[StreamId.ChannelsMax];
        ids = ids[..names.Length];
        StartPoint point = PointOf(start, fingerprint, ids, out bool hasIds);
        StreamRequest request = shard.Starter.Rent(names);
        request.Fingerprint = fingerprint;
        request.IsResume = start.IsResume;
        request.AcceptsStream = Responses.AcceptsStream(exchange);
        request.AskedText = point.Kind == StartKind.Unreadable ? start.Text[..Math.Min(start.Text.Length, AskedBytesMax)].ToArray() : [];
        for (int i = 0; i < names.Length; i++)
            request.Channels[i].Start = hasIds ? point with { Id = ids[i] } : point;
        // What the client sends from here on is not a request; the rest of the pipe goes with the exchange.
        if (!exchange.Output.IsEmpty && !FlushBefore(slot, exchange))
            return HandlerResult.Stream;
        shard.Requests.Leave(slot);
        shard.Starter.Attach(slot, request);
        return HandlerResult.Stream;
    }

    /// <summary>Answers to requests before this one on the connection go first; a client that does not take them has no use for a stream.</summary>
    private bool FlushBefore(int slot, HttpExchange exchange)
    {
        int count = shard.Transport.Send(shard.Connections[slot].Handle, exchange.Output.Written).Count;
        if (count == exchange.Output.Length)
            return true;
        shard.Close(slot, CloseReason.SendTimeout);
        return false;
    }

    private static StartPoint PointOf(scoped in StartText start, ulong fingerprint, Span<EventId> ids, out bool hasIds)
    {
        hasIds = false;
        switch (start.Kind)
        {
            case StartKind.Now or StartKind.Earliest or StartKind.Last:
                return new StartPoint(start.Kind, Count: start.Count);
            case StartKind.At:
                return EventId.TryParse(start.Text, out EventId at) ? new(StartKind.At, at) : new(StartKind.Unreadable);
        }
        if (EventId.TryParse(start.Text, out EventId id) && (ids.Length == 1 || id == EventId.Zero))
            return new(StartKind.After, id);
        hasIds = ids.Length > 1 && StreamId.TryParse(start.Text, fingerprint, ids);
        return new(hasIds ? StartKind.After : StartKind.Unreadable);
    }

    private string? FindNames(HttpExchange exchange, ReadOnlySpan<byte> encodedName, bool isNamed)
    {
        _names.Clear();
        if (isNamed)
            return AddName(encodedName, isQuery: false);
        var query = new QueryReader(exchange.Parser.Query);
        while (query.TryRead(out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value))
        {
            if (name.SequenceEqual("channel"u8) && AddName(value, isQuery: true) is { } problem)
                return problem;
        }
        if (_names.Count == 0)
            return "name at least one channel: /events/{channel} or /events?channel=a&channel=b";
        _names.Sort(ChannelName.Compare);
        return null;
    }

    private string? AddName(ReadOnlySpan<byte> encoded, bool isQuery)
    {
        ReadOnlySpan<byte> bytes = ChannelNames.Decode(encoded, isQuery, _name, out string? problem);
        if (problem is not null)
            return problem;
        foreach (ChannelName known in _names)
        {
            if (known.Bytes.SequenceEqual(bytes))
                return null;
        }
        if (_names.Count >= shard.Node.Limits.MaxChannels)
            return $"a stream has at most {shard.Node.Limits.MaxChannels} channels; open several";
        ChannelName? name = shard.Feed.Find(bytes)?.Name;
        if (name is null)
            ChannelName.TryCreate(bytes, out name, out _);
        _names.Add(name!);
        return null;
    }

    private string? FindStart(HttpExchange exchange, out StartText start)
    {
        start = default;
        ReadOnlySpan<byte> id = exchange.Parser.LastEventId;
        ReadOnlySpan<byte> camel = [], snake = [], from = [], last = [];
        bool hasFrom = false, hasLast = false, isTwice = false;
        var query = new QueryReader(exchange.Parser.Query);
        while (query.TryRead(out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value))
        {
            if (name.SequenceEqual("lastEventId"u8))
                camel = value;
            else if (name.SequenceEqual("last_event_id"u8))
                snake = value;
            else if (name.SequenceEqual("from"u8))
            {
                isTwice |= hasFrom;
                from = value;
                hasFrom = true;
            }
            else if (name.SequenceEqual("last"u8))
            {
                isTwice |= hasLast;
                last = value;
                hasLast = true;
            }
        }
        if (isTwice || (hasFrom && hasLast))
            return "from and last say where the stream starts: give one of them, once";
        if (hasLast && !(Utf8Parser.TryParse(last, out int count, out int used) && used == last.Length && count >= 0))
            return "last is the number of events to begin with, 0 or more";
        if (id.IsEmpty)
            id = Decode(camel.IsEmpty ? snake : camel);
        if (!id.IsEmpty)
            start = new StartText(StartKind.After, id, 0, true);
        else if (hasFrom && from.SequenceEqual("earliest"u8))
            start = new StartText(StartKind.Earliest, [], 0, false);
        else if (hasFrom)
            start = new StartText(StartKind.At, Decode(from), 0, false);
        else if (hasLast && Utf8Parser.TryParse(last, out count, out _))
            start = new StartText(StartKind.Last, [], count, false);
        return null;
    }

    /// <summary>A broken percent-encoding is an id that cannot be read: itself, as it stands.</summary>
    private ReadOnlySpan<byte> Decode(ReadOnlySpan<byte> encoded) =>
        PercentEncoding.TryDecode(encoded, plusIsSpace: true, _text, out int length) ? _text.AsSpan(0, length) : encoded;

    /// <summary>Where the client wants to start, not yet read.</summary>
    private readonly ref struct StartText(StartKind kind, ReadOnlySpan<byte> text, int count, bool isResume)
    {
        public readonly StartKind Kind = kind;
        public readonly ReadOnlySpan<byte> Text = text;
        public readonly int Count = count;
        public readonly bool IsResume = isResume;
    }
}
