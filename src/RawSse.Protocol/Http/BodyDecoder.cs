using System.Buffers;

namespace RawSse.Protocol.Http;

/// <summary>Decodes one request's body, delimited by Content-Length or chunked (RFC 9112 §6).</summary>
internal sealed class BodyDecoder(int framingBytesMax)
{
    private readonly ChunkedDecoder _chunks = new(framingBytesMax);
    private bool _isChunked;
    private bool _isDone;
    private long _length;
    private long _copied;

    public HttpRejection Rejection { get; private set; }

    public long Decoded => _isChunked ? _chunks.Decoded : _copied;

    /// <summary>For the next request; a length below 0 is no body.</summary>
    public void Start(bool isChunked, long contentLength)
    {
        _isChunked = isChunked;
        _isDone = false;
        _length = Math.Max(0, contentLength);
        _copied = 0;
        _chunks.Clear();
        Rejection = HttpRejection.None;
    }

    /// <summary>Once Done or Rejected it stays so and consumes nothing more.</summary>
    public ParseStatus Decode(in ReadOnlySequence<byte> input, IBufferWriter<byte> output, long decodedMax, out long read)
    {
        read = 0;
        if (Rejection != HttpRejection.None)
            return ParseStatus.Rejected;
        if (_isDone)
            return ParseStatus.Done;
        ParseStatus status = _isChunked
            ? DecodeChunks(input, output, decodedMax, out read)
            : Copy(input, output, decodedMax, out read);
        _isDone = status == ParseStatus.Done;
        return status;
    }

    private ParseStatus Copy(in ReadOnlySequence<byte> input, IBufferWriter<byte> output, long decodedMax, out long read)
    {
        read = 0;
        if (_length > decodedMax)
        {
            Rejection = HttpRejection.BodyTooLarge;
            return ParseStatus.Rejected;
        }

        read = Math.Min(_length - _copied, input.Length);
        foreach (ReadOnlyMemory<byte> segment in input.Slice(0, read))
            output.Write(segment.Span);
        _copied += read;
        return _copied == _length ? ParseStatus.Done : ParseStatus.NeedMore;
    }

    private ParseStatus DecodeChunks(in ReadOnlySequence<byte> input, IBufferWriter<byte> output, long decodedMax, out long read)
    {
        read = 0;
        foreach (ReadOnlyMemory<byte> segment in input)
        {
            ParseStatus status = _chunks.Decode(segment.Span, output, decodedMax, out int readHere);
            read += readHere;
            if (status == ParseStatus.NeedMore)
                continue;
            Rejection = _chunks.Rejection;
            return status;
        }

        return ParseStatus.NeedMore;
    }
}
