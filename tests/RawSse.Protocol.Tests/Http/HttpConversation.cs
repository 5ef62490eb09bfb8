using System.Buffers;
using System.Globalization;
using System.Text;
using RawSse.Protocol.Http;

namespace RawSse.Protocol.Tests.Http;

/// <summary>
/// Feeds a parser as a connection would, with the input arriving in pieces, and writes down all that can be seen: two ways of
/// cutting the same input are the same if their transcripts are. The bytes shown are overwritten after each call, so a value
/// that points into the caller's memory would show.
/// </summary>
internal sealed class HttpConversation(byte[] input, bool segmented, int headBytesMax, long bodyBytesMax)
{
    public const int HeadBytesMax = 1024;
    public const long BodyBytesMax = 64;

    private readonly HttpRequestParser _parser = new(headBytesMax) { BodyBytesMax = bodyBytesMax };
    private readonly StringBuilder _transcript = new();
    private readonly List<int> _arrivals = [];
    private ArrayBufferWriter<byte> _body = new();
    private long _offset;
    private bool _inBody;

    /// <summary>How many bytes had arrived when the conversation was refused; -1 if it was not.</summary>
    public int RejectedAfter { get; private set; } = -1;

    public HttpRejection Rejection { get; private set; }

    public int Requests { get; private set; }

    public string Transcript => _transcript.ToString();

    /// <summary>The input with all of its bytes at once.</summary>
    public static HttpConversation Whole(byte[] input, int headBytesMax = HeadBytesMax, long bodyBytesMax = BodyBytesMax) =>
        Cut(input, [], false, headBytesMax, bodyBytesMax);

    /// <param name="input">What the client sends.</param>
    /// <param name="cuts">Ascending places where one arrival ends and the next begins.</param>
    /// <param name="segmented">Unconsumed arrivals stay segments of their own; else they are shown in one piece.</param>
    /// <param name="headBytesMax">The parser's bound for heads.</param>
    /// <param name="bodyBytesMax">The parser's bound for bodies.</param>
    public static HttpConversation Cut(
        byte[] input, IEnumerable<int> cuts, bool segmented, int headBytesMax = HeadBytesMax, long bodyBytesMax = BodyBytesMax)
    {
        HttpConversation conversation = new(input, segmented, headBytesMax, bodyBytesMax);
        foreach (int end in cuts.Append(input.Length))
        {
            if (!conversation.Arrive(end))
                break;
        }

        conversation.End();
        return conversation;
    }

    /// <summary>All bytes at once, but as a sequence that has a segment for every <paramref name="segmentBytes"/>.</summary>
    public static HttpConversation InSegments(byte[] input, int segmentBytes)
    {
        HttpConversation conversation = new(input, true, HeadBytesMax, BodyBytesMax);
        for (int end = segmentBytes; end < input.Length; end += segmentBytes)
            conversation._arrivals.Add(end);
        conversation.Arrive(input.Length);
        conversation.End();
        return conversation;
    }

    private bool Arrive(int end)
    {
        _arrivals.Add(end);
        while (true)
        {
            ParseStatus status = Step(end);
            if (status == ParseStatus.NeedMore)
                return true;
            if (status == ParseStatus.Rejected)
            {
                Rejection = _parser.Rejection;
                RejectedAfter = end;
                return false;
            }
        }
    }

    private ParseStatus Step(int end)
    {
        ReadOnlySequence<byte> shown = Show(end);
        ParseStatus status = _inBody
            ? _parser.ParseBody(shown, _body, out SequencePosition consumed, out SequencePosition examined)
            : _parser.ParseHead(shown, out consumed, out examined);
        long read = shown.Slice(0, consumed).Length;
        Assert.That(shown.Slice(0, examined).Length, Is.EqualTo(ExpectedExamined(status, read, shown.Length)));
        if (status == ParseStatus.NeedMore)
            Assert.That(read, Is.EqualTo(_inBody ? shown.Length : 0));
        _offset += read;
        foreach (ReadOnlyMemory<byte> segment in shown)
            Scribble(segment);
        if (status == ParseStatus.Done)
            Complete();
        return status;
    }

    private long ExpectedExamined(ParseStatus status, long read, long shown) =>
        _inBody || status == ParseStatus.Done ? read : shown;

    private static void Scribble(ReadOnlyMemory<byte> segment)
    {
        bool isArray = System.Runtime.InteropServices.MemoryMarshal.TryGetArray(segment, out ArraySegment<byte> array);
        Assert.That(isArray);
        array.AsSpan().Fill(0xEE);
    }

    private void Complete()
    {
        if (!_inBody)
        {
            Requests++;
            WriteHead();
            _body = new ArrayBufferWriter<byte>();
        }
        else
        {
            Write("body", _body.WrittenSpan);
            Write("bodyBytes", _parser.BodyBytes);
            Write("at", _offset);
            _parser.Reset();
        }

        _inBody = !_inBody;
    }

    private void End()
    {
        Write("rejection", Rejection);
        Write("inBody", _inBody);
        if (_inBody)
        {
            Write("partialBody", _body.WrittenSpan);
            Write("bodyBytes", _parser.BodyBytes);
        }

        Write("at", _offset);
    }

    private void WriteHead()
    {
        Write("at", _offset);
        Write("verb", _parser.Verb);
        Write("method", _parser.Method);
        Write("path", _parser.Path);
        Write("query", _parser.Query);
        Write("minor", _parser.MinorVersion);
        Write("keepAlive", _parser.KeepAlive);
        Write("expect", _parser.ExpectContinue);
        Write("hasBody", _parser.HasBody);
        Write("chunked", _parser.IsChunked);
        Write("length", _parser.ContentLength);
        Write("host", _parser.Host);
        Write("accept", _parser.Accept);
        Write("id", _parser.LastEventId);
        Write("origin", _parser.Origin);
        Write("type", _parser.ContentType);
        Write("key", _parser.IdempotencyKey);
        Write("authorization", _parser.Authorization);
        Write("agent", _parser.UserAgent);
        Write("has", (_parser.HasLastEventId, _parser.HasOrigin, _parser.HasIdempotencyKey, _parser.HasContentType));
    }

    private void Write(string name, ReadOnlySpan<byte> value) => Write(name, Encoding.Latin1.GetString(value));

    private void Write(string name, object value) =>
        _transcript.Append(CultureInfo.InvariantCulture, $"{name}={value}\n");

    private ReadOnlySequence<byte> Show(int end)
    {
        int start = (int)_offset;
        if (!segmented)
            return new ReadOnlySequence<byte>(input[start..end]);
        List<byte[]> pieces = [];
        foreach (int arrival in _arrivals.Where(arrival => arrival > start))
        {
            pieces.Add(input[start..arrival]);
            start = arrival;
        }

        return Segments.Of(pieces);
    }
}
