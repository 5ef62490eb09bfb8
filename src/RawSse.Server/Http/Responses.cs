using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using RawSse.Protocol.Http;
using RawSse.Server.Shards;

namespace RawSse.Server.Http;

/// <summary>Writes heads and bodies of answers. One a shard: the date line is made once a second.</summary>
internal sealed class Responses(Shard shard)
{
    private const string StreamHeadText =
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store, no-transform\r\n"
        + "X-Accel-Buffering: no\r\nConnection: close\r\n";

    private const long DateLateMs = 50;

    private readonly ByteBuffer _farewell = new();
    private byte[] _streamHead = [];
    private byte[] _dateLine = [];
    private long _dateSecond = -1;
    private long _dateAskedAtMs = long.MinValue;

    /// <summary>The head of every stream (contract §3).</summary>
    public ReadOnlySpan<byte> StreamHead()
    {
        RefreshDate();
        return _streamHead;
    }

    public ReadOnlySpan<byte> Farewell(long retryMs)
    {
        _farewell.Clear();
        _farewell.Write("retry: "u8);
        _farewell.WriteNumber(retryMs);
        _farewell.Write("\n\n"u8);
        return _farewell.Written;
    }

    /// <summary>A head with the length of the body that follows it.</summary>
    /// <param name="extra">more header lines, each with its CRLF</param>
    public void Head(HttpExchange exchange, int status, ReadOnlySpan<byte> contentType, long length, ReadOnlySpan<byte> extra = default)
    {
        ByteBuffer output = exchange.Output;
        output.Write("HTTP/1.1 "u8);
        output.Write(StatusLines.Of(status));
        if (!contentType.IsEmpty)
        {
            output.Write("Content-Type: "u8);
            output.Write(contentType);
            output.Write("\r\n"u8);
        }
        if (length >= 0 && status != 204)
        {
            output.Write("Content-Length: "u8);
            output.WriteNumber(length);
            output.Write("\r\n"u8);
        }
        output.Write(extra);
        RefreshDate();
        output.Write(_dateLine);
        if (exchange.CloseAfter != CloseReason.None)
            output.Write("Connection: close\r\n"u8);
        else if (exchange.Parser.MinorVersion == 0)
            output.Write("Connection: keep-alive\r\n"u8);
        output.Write("\r\n"u8);
    }

    public HandlerResult Body(
        HttpExchange exchange, int status, ReadOnlySpan<byte> contentType, ReadOnlySpan<byte> body, ReadOnlySpan<byte> extra = default)
    {
        Head(exchange, status, contentType, body.Length, extra);
        if (!exchange.IsHead)
            exchange.Output.Write(body);
        return HandlerResult.Answered;
    }

    /// <summary>An error as JSON that says what to change. What is left of the request's body is not read: the connection closes.</summary>
    public HandlerResult Error(HttpExchange exchange, int status, string error, string detail, ReadOnlySpan<byte> extra = default)
    {
        if (exchange.Phase != ExchangePhase.Answering && (exchange.Parser.HasBody || exchange.Phase == ExchangePhase.Body))
            exchange.CloseAfter = CloseReason.BadRequest;
        return Body(exchange, status, "application/json"u8, ErrorJson(error, detail), extra);
    }

    /// <summary>The parser's refusal. The connection's bytes mean nothing from here on.</summary>
    public void Rejected(HttpExchange exchange, HttpRejection rejection)
    {
        exchange.CloseAfter = CloseReason.BadRequest;
        Body(exchange, HttpRejections.StatusCode(rejection), "application/json"u8,
            ErrorJson(HttpRejections.Name(rejection), HttpRejections.Detail(rejection)));
    }

    /// <summary>
    /// A refusal that time will mend. EventSource gives up for ever on any status but 200, so it gets that, a comment, and
    /// when to come again (contract §2).
    /// </summary>
    public HandlerResult Refuse(HttpExchange exchange, RefusalReason reason, bool isStream)
    {
        shard.Metrics.Refusals[(int)reason]++;
        exchange.CloseAfter = CloseReason.Refused;
        (int status, string error, string detail) = Refusals.Describe(reason);
        long retryMs = shard.RetryMs();
        if (isStream && AcceptsStream(exchange))
        {
            exchange.Output.Write(StreamHead());
            if (!exchange.IsHead)
                exchange.Output.Write(RefusalComment(error, detail, retryMs));
            return HandlerResult.Answered;
        }
        return Body(exchange, status, "application/json"u8, ErrorJson(error, detail), RetryAfter(retryMs));
    }

    public static bool AcceptsStream(HttpExchange exchange) => exchange.Parser.Accept.IndexOf("text/event-stream"u8) >= 0;

    /// <summary>The same for a stream whose request has been answered otherwise so far by nothing at all.</summary>
    public byte[] LateRefusal(RefusalReason reason, bool acceptsStream)
    {
        shard.Metrics.Refusals[(int)reason]++;
        (int status, string error, string detail) = Refusals.Describe(reason);
        long retryMs = shard.RetryMs();
        if (acceptsStream)
            return [.. StreamHead(), .. RefusalComment(error, detail, retryMs)];
        byte[] body = ErrorJson(error, detail);
        RefreshDate();
        return
        [
            .. "HTTP/1.1 "u8, .. StatusLines.Of(status), .. "Content-Type: application/json\r\nContent-Length: "u8,
            .. Encoding.ASCII.GetBytes(body.Length.ToString(CultureInfo.InvariantCulture)), .. "\r\n"u8, .. RetryAfter(retryMs),
            .. _dateLine, .. "Connection: close\r\n\r\n"u8, .. body,
        ];
    }

    private static byte[] RefusalComment(string error, string detail, long retryMs) =>
        Encoding.UTF8.GetBytes($": {error}: {detail}\nretry: {retryMs}\n\n");

    private static byte[] RetryAfter(long retryMs) =>
        Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"Retry-After: {Math.Max(1, (retryMs + 999) / 1000)}\r\n"));

    public static byte[] ErrorJson(string error, string detail)
    {
        JsonEncodedText escaped = JsonEncodedText.Encode(detail, JavaScriptEncoder.UnsafeRelaxedJsonEscaping);
        return [.. "{\"error\":\""u8, .. Encoding.ASCII.GetBytes(error), .. "\",\"detail\":\""u8, .. escaped.EncodedUtf8Bytes, .. "\"}"u8];
    }

    private void RefreshDate()
    {
        // A date may be late by that much: then the clock need not be asked for each answer.
        if (shard.NowMs - DateLateMs < _dateAskedAtMs)
            return;
        _dateAskedAtMs = shard.NowMs;
        DateTimeOffset now = shard.Node.Clock.GetUtcNow();
        long second = now.ToUnixTimeSeconds();
        if (second == _dateSecond)
            return;
        _dateSecond = second;
        string line = $"Date: {now.ToString("R", CultureInfo.InvariantCulture)}\r\n";
        _dateLine = Encoding.ASCII.GetBytes(line);
        _streamHead = Encoding.ASCII.GetBytes(StreamHeadText + line + "\r\n");
    }
}
