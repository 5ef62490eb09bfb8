using System.Globalization;
using System.Text;
using RawSse.Protocol.Http;
using RawSse.Protocol.Ids;
using RawSse.Protocol.Json;
using RawSse.Server.Feed;
using RawSse.Server.Shards;
using RawSse.Server.Stores;

namespace RawSse.Server.Http;

/// <summary>
/// POST /events with NDJSON: each line is published as it arrives and answered in order, while the rest is still being
/// read. Lives as long as its request.
/// </summary>
internal sealed class BulkPublish(Shard shard, HttpExchange exchange, ulong token)
{
    /// <summary>Body bytes decoded before their lines are published.</summary>
    public const int BytesAtOnce = 64 << 10;

    /// <summary>
    /// Lines without an answer beyond which no more are read: enough that a store works on some while the answers to others
    /// are on their way, which is what redis-benchmark's 50 connections of 16 keep busy as well.
    /// </summary>
    private const int LinesInFlightMax = 1024;

    /// <summary>The same once half of the publishes that a shard may have in flight are: nobody is refused for one request.</summary>
    private const int LinesInFlightMin = 64;

    /// <summary>
    /// What one turn may cost, in lines: then the shard's other connections have theirs. A line that is refused costs
    /// <see cref="BadLineEffort"/>, since the JSON reader says so by an exception.
    /// </summary>
    private const int EffortAtOnce = 256;

    private const int BadLineEffort = 16;

    /// <summary>A byte of data is at most so many in JSON: \u001f.</summary>
    private const int EscapeBytesMax = 6;

    /// <summary>What a line has besides its data.</summary>
    private const int LineOverheadMax = 4096;

    private readonly PublishLineReader _reader = new();
    private readonly Queue<Line> _waiting = new();
    private readonly ByteBuffer _answers = new();
    private PublishRequest? _spare;
    private bool _hasProgress;
    private long _lineNumber;

    /// <summary>Bytes at the front of the body that are known to hold no line end.</summary>
    private int _scanned;

    /// <summary>The body has been read to its end.</summary>
    public bool IsEnded { get; set; }

    /// <summary>The answer has begun.</summary>
    public bool HasHead { get; private set; }

    public bool IsHeldBack => _waiting.Count >= (shard.PublishesInFlight < Publishing.InFlightMax / 2 ? LinesInFlightMax : LinesInFlightMin);

    /// <summary>Answers have come, and it will go on with them in this turn.</summary>
    public bool IsQueued { get; set; }

    /// <summary>Lines are at hand that are left for the next turn.</summary>
    public bool HasMore { get; private set; }

    private int LineBytesMax => (shard.Node.Limits.MaxEventBytes * EscapeBytesMax) + LineOverheadMax;

    /// <summary>Publishes the lines that are there and writes the answers that are due.</summary>
    public HandlerResult Continue()
    {
        ByteBuffer body = exchange.Body;
        bool isTooLong = false;
        HasMore = false;
        for (int effort = 0; !IsHeldBack && !HasMore && !body.IsEmpty; HasMore = effort >= EffortAtOnce && !body.IsEmpty)
        {
            ReadOnlySpan<byte> bytes = body.Written;
            int end = FindLineEnd(bytes);
            isTooLong = (end < 0 ? bytes.Length : end) > LineBytesMax;
            if (isTooLong || (end < 0 && !IsEnded))
                break;
            effort += PublishLine(end < 0 ? bytes : bytes[..end]) ? 1 : BadLineEffort;
            body.Consume(end < 0 ? bytes.Length : end + 1);
            _hasProgress = true;
            _scanned = 0;
        }
        if (isTooLong)
            Abort("line_too_long", $"a line has at most {LineBytesMax} bytes");
        bool isDone = IsEnded && body.IsEmpty && _waiting.Count == 0;
        WriteAnswers(isDone);
        return isDone ? HandlerResult.Answered : IsEnded && !HasMore ? HandlerResult.Later : HandlerResult.NeedsBody;
    }

    /// <summary>Whether a line was taken since the last call.</summary>
    public bool TakeProgress()
    {
        bool had = _hasProgress;
        _hasProgress = false;
        return had;
    }

    /// <summary>The body's framing is broken: says so in the last line and ends.</summary>
    public void Reject(HttpRejection rejection) => Abort(HttpRejections.Name(rejection), HttpRejections.Detail(rejection));

    /// <summary>Goes no further now: says so in the last line and ends.</summary>
    public void Refuse(RefusalReason reason)
    {
        (string error, string detail) = Words(reason);
        Abort(error, detail);
    }

    /// <summary>Takes the answers that have come, in the order of the lines.</summary>
    public void OnPublished()
    {
        while (_waiting.TryPeek(out Line line) && (line.Request is null || line.Request.IsAnswered))
        {
            _waiting.Dequeue();
            if (line.Request is not { } request)
            {
                _answers.Write(line.Error!);
                continue;
            }
            WriteAnswer(request.Result);
            _spare = request;
        }
    }

    private void Abort(string error, string detail)
    {
        exchange.Body.Clear();
        _scanned = 0;
        exchange.CloseAfter = CloseReason.BadRequest;
        IsEnded = true;
        AddError(error, detail);
    }

    /// <summary>Looks at each byte once, however the line is torn. -1: the line's end has not come.</summary>
    private int FindLineEnd(ReadOnlySpan<byte> bytes)
    {
        int end = bytes[_scanned..].IndexOf((byte)'\n');
        if (end >= 0)
            return _scanned + end;
        _scanned = bytes.Length;
        return -1;
    }

    /// <returns>false: the line was refused</returns>
    private bool PublishLine(ReadOnlySpan<byte> line)
    {
        _lineNumber++;
        PublishLineStatus status = _reader.Read(line);
        if (status == PublishLineStatus.Blank)
            return true;
        if (status != PublishLineStatus.Ok)
            return AddError("bad_line", PublishLineStatusText.Detail(status));
        if (Check() is { } problem)
            return AddError(problem.Error, problem.Detail);
        if (shard.PublishesInFlight >= Publishing.InFlightMax)
            return AddError("busy", Refusals.Describe(RefusalReason.Busy).Detail);
        shard.PublishesInFlight++;
        PublishRequest request = _spare ?? new PublishRequest();
        _spare = null;
        request.Client = shard;
        request.Token = token;
        request.IsAnswered = false;
        _waiting.Enqueue(new Line(request, null));
        Span<byte> key = stackalloc byte[PublishRules.KeyBytesMax + 24];
        request.Publish(shard.Node.FeedOf(_reader.Channel), new NewEvent(_reader.Channel, _reader.Type, _reader.Data), key[..WriteKey(key)]);
        return true;
    }

    private PublishRules.Problem? Check()
    {
        if (PublishRules.CheckChannel(_reader.Channel) is { } badChannel)
            return badChannel;
        if (PublishRules.CheckType(_reader.Type) is { } badType)
            return badType;
        if (shard.Node.Access.Decide(AccessRight.Publish, _reader.Channel, exchange.Parser.Authorization) != AccessDecision.Allow)
            return new(403, "forbidden", "you may not publish to this channel");
        return PublishRules.CheckData(_reader.Type, _reader.Data, shard.Node.Limits.MaxEventBytes);
    }

    /// <summary>The request's key with the line's number, from 1.</summary>
    private int WriteKey(Span<byte> destination)
    {
        ReadOnlySpan<byte> key = exchange.Parser.IdempotencyKey;
        if (key.IsEmpty)
            return 0;
        key.CopyTo(destination);
        destination[key.Length] = (byte)' ';
        _lineNumber.TryFormat(destination[(key.Length + 1)..], out int digits, default, CultureInfo.InvariantCulture);
        return key.Length + 1 + digits;
    }

    private bool AddError(string error, string detail)
    {
        byte[] line = [.. Responses.ErrorJson(error, detail), (byte)'\n'];
        if (_waiting.Count == 0)
            _answers.Write(line);
        else
            _waiting.Enqueue(new Line(null, line));
        return false;
    }

    private void WriteAnswer(AppendResult result)
    {
        if (result.Status is AppendStatus.Stored or AppendStatus.Repeated)
        {
            _answers.Write("{\"id\":\""u8);
            _answers.Advance(result.Id.Format(_answers.GetSpan(EventId.TextBytesMax)));
            _answers.Write("\"}\n"u8);
            return;
        }
        (string error, string detail) = result.Status == AppendStatus.KeyConflict
            ? ("idempotency_conflict", "this Idempotency-Key was used for other data; take another key")
            : Words(Publishing.RefusalOf(result.Status));
        _answers.Write(Responses.ErrorJson(error, detail));
        _answers.Write("\n"u8);
    }

    private static (string Error, string Detail) Words(RefusalReason reason)
    {
        (_, string error, string detail) = Refusals.Describe(reason);
        return (error, detail);
    }

    private void WriteAnswers(bool isDone)
    {
        bool isChunked = exchange.Parser.MinorVersion == 1;
        if (!isChunked && exchange.CloseAfter == CloseReason.None)
            exchange.CloseAfter = CloseReason.Done;
        if (!HasHead && (isDone || !_answers.IsEmpty))
        {
            HasHead = true;
            shard.Responses.Head(exchange, 200, "application/x-ndjson"u8, -1, isChunked ? "Transfer-Encoding: chunked\r\n"u8 : []);
        }
        if (!_answers.IsEmpty)
        {
            if (isChunked)
                exchange.Output.Write(Encoding.ASCII.GetBytes(_answers.Length.ToString("x", CultureInfo.InvariantCulture) + "\r\n"));
            exchange.Output.Write(_answers.Written);
            if (isChunked)
                exchange.Output.Write("\r\n"u8);
            _answers.Release();
        }
        if (isDone && isChunked)
            exchange.Output.Write("0\r\n\r\n"u8);
    }

    /// <summary>A line without an answer yet: a publish, or an error that waits for its turn.</summary>
    private readonly record struct Line(PublishRequest? Request, byte[]? Error);
}
