using System.Buffers;

namespace RawSse.Protocol.Http;

/// <summary>
/// Takes the chunk framing off a body (RFC 9112 §7.1). Framing is read a byte at a time and chunk data in one piece, so
/// everything that was looked at is consumed and the cuts of the input change nothing. Extensions and trailers are
/// checked, bounded and dropped: <paramref name="framingBytesMax"/> bytes of both together in one body.
/// </summary>
internal sealed class ChunkedDecoder(int framingBytesMax)
{
    private const int SizeDigitsMax = 16;

    private Stage _stage;
    private long _size;
    private int _sizeDigits;
    private int _framingBytes;

    private enum Stage : byte
    {
        Size,
        ExtensionSpace,
        Extension,
        SizeEnd,
        Data,
        DataCr,
        DataLf,
        TrailerStart,
        TrailerName,
        TrailerValue,
        TrailerEnd,
        LastLf,
        End,
    }

    public HttpRejection Rejection { get; private set; }

    /// <summary>Bytes decoded so far.</summary>
    public long Decoded { get; private set; }

    public void Clear()
    {
        _stage = Stage.Size;
        _size = 0;
        _sizeDigits = 0;
        _framingBytes = 0;
        Rejection = HttpRejection.None;
        Decoded = 0;
    }

    /// <summary>Consumes <paramref name="read"/> bytes: all, or up to the body's end, or up to the one that is refused.</summary>
    public ParseStatus Decode(ReadOnlySpan<byte> input, IBufferWriter<byte> output, long decodedMax, out int read)
    {
        read = 0;
        while (read < input.Length)
        {
            if (_stage == Stage.Data)
            {
                read += CopyData(input[read..], output);
                continue;
            }

            Rejection = Step(input[read], decodedMax);
            if (Rejection != HttpRejection.None)
                return ParseStatus.Rejected;
            read++;
            if (_stage == Stage.End)
                return ParseStatus.Done;
        }

        return ParseStatus.NeedMore;
    }

    private int CopyData(ReadOnlySpan<byte> input, IBufferWriter<byte> output)
    {
        int length = (int)Math.Min(input.Length, _size);
        output.Write(input[..length]);
        Decoded += length;
        _size -= length;
        if (_size == 0)
            _stage = Stage.DataCr;
        return length;
    }

    private HttpRejection Step(byte next, long decodedMax) => _stage switch
    {
        Stage.Size => StepSize(next),
        Stage.ExtensionSpace => StepExtensionSpace(next),
        Stage.Extension => StepExtension(next),
        Stage.SizeEnd => StepSizeEnd(next, decodedMax),
        Stage.DataCr => Expect(next, '\r', Stage.DataLf),
        Stage.DataLf => Expect(next, '\n', Stage.Size),
        _ => StepTrailer(next),
    };

    private HttpRejection StepSize(byte next)
    {
        int digit = HttpBytes.HexValue(next);
        if (digit >= 0)
        {
            if (++_sizeDigits > SizeDigitsMax || _size > long.MaxValue >> 4)
                return HttpRejection.BadChunk;
            _size = _size << 4 | (long)digit;
            return HttpRejection.None;
        }

        if (_sizeDigits == 0)
            return HttpRejection.BadChunk;
        return next is (byte)' ' or (byte)'\t' ? CountExtension(Stage.ExtensionSpace) : AfterSize(next);
    }

    /// <summary>White space after the size is allowed only in front of an extension.</summary>
    private HttpRejection StepExtensionSpace(byte next) => next switch
    {
        (byte)' ' or (byte)'\t' => CountExtension(Stage.ExtensionSpace),
        (byte)';' => CountExtension(Stage.Extension),
        _ => HttpRejection.BadChunk,
    };

    private HttpRejection AfterSize(byte next) =>
        next == ';' ? CountExtension(Stage.Extension) : Expect(next, '\r', Stage.SizeEnd);

    /// <summary>What an extension says does not matter here; that no control byte may hide a line end in it does.</summary>
    private HttpRejection StepExtension(byte next) =>
        HttpBytes.IsValue(next) ? CountExtension(Stage.Extension) : Expect(next, '\r', Stage.SizeEnd);

    private HttpRejection StepSizeEnd(byte next, long decodedMax)
    {
        if (next != '\n')
            return HttpRejection.BadChunk;
        if (_size > decodedMax - Decoded)
            return HttpRejection.BodyTooLarge;
        _stage = _size == 0 ? Stage.TrailerStart : Stage.Data;
        _sizeDigits = 0;
        return HttpRejection.None;
    }

    private HttpRejection StepTrailer(byte next)
    {
        if (++_framingBytes > framingBytesMax)
            return HttpRejection.HeadTooLarge;
        bool isToken = HttpBytes.Token.Contains(next);
        Stage? follows = _stage switch
        {
            Stage.TrailerStart when next == '\r' => Stage.LastLf,
            Stage.TrailerStart or Stage.TrailerName when isToken => Stage.TrailerName,
            Stage.TrailerName when next == ':' => Stage.TrailerValue,
            Stage.TrailerValue when HttpBytes.IsValue(next) => Stage.TrailerValue,
            Stage.TrailerValue when next == '\r' => Stage.TrailerEnd,
            Stage.TrailerEnd when next == '\n' => Stage.TrailerStart,
            Stage.LastLf when next == '\n' => Stage.End,
            _ => null,
        };
        if (follows is not { } stage)
            return HttpRejection.BadHeader;
        _stage = stage;
        return HttpRejection.None;
    }

    private HttpRejection CountExtension(Stage follows)
    {
        _stage = follows;
        return ++_framingBytes > framingBytesMax ? HttpRejection.BadChunk : HttpRejection.None;
    }

    private HttpRejection Expect(byte next, char expected, Stage follows)
    {
        if (next != expected)
            return HttpRejection.BadChunk;
        _stage = follows;
        return HttpRejection.None;
    }
}
