using System.Buffers;

namespace RawSse.Protocol.Http;

/// <summary>
/// One request head: request line, fields, and the copy of both that the values point into. It reads straight from the caller's
/// memory when that is in one piece, and copies the head once, at its end. It remembers how far it looked and not the bytes:
/// the caller shows them again, so nothing is scanned twice, whatever the size of the pieces.
/// </summary>
internal sealed class HeadParser(int headBytesMax)
{
    private const int FirstBufferBytes = 512;

    private readonly int _targetBytesMax = Math.Min(headBytesMax, HttpRequestParser.TargetBytesMax);
    private byte[] _bytes = [];
    private int _copied;
    private RequestLineScanner _line;
    private FieldScanner _fields;
    private bool _lineIsDone;
    private RequestTarget _target;

    public HttpRejection Rejection { get; private set; }

    public bool IsDone { get; private set; }

    public RequestFields Fields { get; } = new();

    public HttpVerb Verb { get; private set; }

    public int MinorVersion => _line.MinorVersion;

    /// <summary>Of the whole head with its empty lines, once it is Done.</summary>
    public int Length => Scanned;

    public ReadOnlySpan<byte> Method => Bytes(_line.Method);

    public ReadOnlySpan<byte> Path => IsDone ? _target.Path(_bytes) : default;

    public ReadOnlySpan<byte> Query => IsDone ? _target.Query(_bytes) : default;

    public ReadOnlySpan<byte> Host => Bytes(_target.Authority.IsPresent ? _target.Authority : Fields.Host);

    public ReadOnlySpan<byte> Accept => IsDone ? Fields.Accept(_bytes) : default;

    private int Scanned => _lineIsDone ? _fields.Scanned : _line.Scanned;

    public ReadOnlySpan<byte> Bytes(ByteRange range) => IsDone ? range.Of(_bytes) : default;

    public void Clear()
    {
        _copied = 0;
        _line = default;
        _fields = default;
        _lineIsDone = false;
        _target = default;
        Rejection = HttpRejection.None;
        IsDone = false;
        Fields.Clear();
        Verb = default;
    }

    /// <summary><paramref name="input"/> starts at the head's first byte in every call.</summary>
    public ParseStatus Parse(in ReadOnlySequence<byte> input)
    {
        if (Rejection != HttpRejection.None)
            return ParseStatus.Rejected;
        if (input.Length < Scanned)
            throw new ArgumentException("The input must start with the bytes that were shown before.", nameof(input));
        ParseStatus status = input.IsSingleSegment ? Scan(input.FirstSpan) : ParseSegments(input);
        if (status != ParseStatus.Done)
            return status;
        if (input.IsSingleSegment)
            Copy(input.FirstSpan[..Length], 0);
        IsDone = true;
        return status;
    }

    private ParseStatus ParseSegments(in ReadOnlySequence<byte> input)
    {
        foreach (ReadOnlyMemory<byte> segment in input.Slice(_copied))
        {
            Copy(segment.Span[..Math.Min(segment.Length, headBytesMax - _copied)], _copied);
            if (_copied < Scanned)
                continue;
            ParseStatus status = Scan(_bytes.AsSpan(0, _copied));
            if (status != ParseStatus.NeedMore)
                return status;
        }

        return ParseStatus.NeedMore;
    }

    private void Copy(ReadOnlySpan<byte> bytes, int at)
    {
        _copied = at + bytes.Length;
        if (_copied > _bytes.Length)
            Array.Resize(ref _bytes, Math.Min(headBytesMax, Math.Max(FirstBufferBytes, 2 * _copied)));
        bytes.CopyTo(_bytes.AsSpan(at));
    }

    /// <summary>
    /// Never looks beyond the bound: else a mistake beyond it would be found, or not, depending on how much arrived
    /// at once.
    /// </summary>
    private ParseStatus Scan(ReadOnlySpan<byte> head)
    {
        bool isFull = head.Length >= headBytesMax;
        if (isFull)
            head = head[..headBytesMax];
        ParseStatus status = _lineIsDone ? ParseStatus.Done : ScanLine(head);
        if (status == ParseStatus.Done)
            status = ScanFields(head);
        if (status == ParseStatus.NeedMore && isFull)
            return Reject(_lineIsDone ? HttpRejection.HeadTooLarge : _line.WhenFull);
        return status;
    }

    private ParseStatus ScanLine(ReadOnlySpan<byte> head)
    {
        ParseStatus status = _line.Scan(head, _targetBytesMax);
        if (status == ParseStatus.Rejected)
            return Reject(_line.Rejection);
        if (status == ParseStatus.NeedMore)
            return status;
        // The version first: the HTTP/2 preface (PRI * HTTP/2.0) deserves 505, not a complaint about its target.
        if (_line.MajorVersion != 1 || _line.MinorVersion > 1)
            return Reject(HttpRejection.VersionNotSupported);
        if (!RequestTarget.TryParse(head, _line.Method, _line.Target, out _target))
            return Reject(HttpRejection.BadTarget);
        Verb = VerbOf(_line.Method.Of(head));
        _lineIsDone = true;
        _fields = new FieldScanner(_line.Scanned);
        return ParseStatus.Done;
    }

    private ParseStatus ScanFields(ReadOnlySpan<byte> head)
    {
        while (true)
        {
            ParseStatus status = _fields.Next(head);
            if (status == ParseStatus.NeedMore)
                return status;
            if (status == ParseStatus.Rejected)
                return Reject(HttpRejection.BadHeader);
            bool isEnd = _fields.Name.Length == 0;
            HttpRejection rejection = isEnd ? Fields.Complete(MinorVersion) : Fields.Add(head, _fields.Name, _fields.Value);
            if (rejection != HttpRejection.None)
                return Reject(rejection);
            if (isEnd)
                return ParseStatus.Done;
        }
    }

    private ParseStatus Reject(HttpRejection rejection)
    {
        Rejection = rejection;
        return ParseStatus.Rejected;
    }

    private static HttpVerb VerbOf(ReadOnlySpan<byte> method) => method switch
    {
        _ when method.SequenceEqual("GET"u8) => HttpVerb.Get,
        _ when method.SequenceEqual("HEAD"u8) => HttpVerb.Head,
        _ when method.SequenceEqual("POST"u8) => HttpVerb.Post,
        _ when method.SequenceEqual("OPTIONS"u8) => HttpVerb.Options,
        _ => HttpVerb.Other,
    };
}
