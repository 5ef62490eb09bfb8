using System.Buffers;
using RawSse.Protocol.Resp;
using RawSse.Server.Shards;

namespace RawSse.Server.Stores.Redis;

/// <summary>
/// Cuts what was received into values and hands them to the link, each on one span: the receive buffer's where it lies in one
/// piece, else a copy. What is torn is copied at once, so that everything received is taken: a value may be longer than the
/// pipe lets wait. The shard's thread.
/// </summary>
internal sealed class RedisLinkInput(RedisLink link)
{
    /// <summary>Bytes of one value; an array that is taken by elements may be longer.</summary>
    public const int ValueBytesMax = 64 << 20;

    /// <summary>Values handed over in one turn before other connections have theirs.</summary>
    public const int TurnValuesMax = 1_000;

    /// <summary>Bytes taken in one turn; a value that has begun may end beyond them.</summary>
    public const int TurnBytesMax = 256 << 10;

    /// <summary>What a torn value is continued with at first; mostly that is its end, and the rest is not copied.</summary>
    private const int TornBytesMin = 4 << 10;

    /// <summary>A larger buffer is given back after the value that needed it.</summary>
    private const int TornBytesKept = 64 << 10;

    private readonly ByteBuffer _torn = new();
    private RespFramer _framer = new(ValueBytesMax);

    /// <summary>Elements to come of the array that is being taken; -1 between replies.</summary>
    private long _elements = -1;
    private bool _isStopped;

    /// <summary>Why the connection cannot be used any more, after <see cref="TryTake"/> said so.</summary>
    public string Problem { get; private set; } = "";

    /// <summary>The link has let go of the connection: what was received is not handed over.</summary>
    public void Stop() => _isStopped = true;

    /// <summary>Takes one turn's values.</summary>
    /// <param name="taken">bytes of <paramref name="received"/> that are done with</param>
    /// <returns>false: it is not what a Redis sends</returns>
    public bool TryTake(in ReadOnlySequence<byte> received, out long taken)
    {
        taken = 0;
        int values = 0;
        foreach (ReadOnlyMemory<byte> piece in received)
        {
            ReadOnlySpan<byte> bytes = piece.Span;
            while (!bytes.IsEmpty)
            {
                if (_isStopped || values >= TurnValuesMax || taken >= TurnBytesMax)
                    return true;
                RespStatus status = TakeOne(bytes, out int length);
                if (status is RespStatus.Malformed or RespStatus.TooLarge)
                    return Fail(status);
                values++;
                taken += length;
                bytes = bytes[length..];
            }
        }

        return true;
    }

    /// <summary>Gives the memory back.</summary>
    public void Release() => _torn.Release();

    /// <summary>Takes one value, or all there is of a torn one.</summary>
    private RespStatus TakeOne(ReadOnlySpan<byte> bytes, out int length)
    {
        RespStatus status = RespStatus.NeedMore;
        if (_torn.IsEmpty)
        {
            status = TakeFrom(bytes, out length);
            if (status == RespStatus.NeedMore)
            {
                length = bytes.Length;
                _torn.Write(bytes);
            }

            return status;
        }

        length = 0;
        int step = TornBytesMin;
        while (status == RespStatus.NeedMore && length < bytes.Length)
        {
            int before = _torn.Length;
            ReadOnlySpan<byte> next = bytes.Slice(length, Math.Min(step, bytes.Length - length));
            _torn.Write(next);
            status = TakeFrom(_torn.Written, out int valueLength);
            length += status == RespStatus.Done ? valueLength - before : next.Length;
            step *= 2;
        }

        if (status == RespStatus.Done)
            ForgetTorn();
        return status;
    }

    private void ForgetTorn()
    {
        if (_torn.Capacity > TornBytesKept)
            _torn.Release();
        else
            _torn.Clear();
    }

    /// <summary>Hands over the first value of <paramref name="bytes"/> if it is whole.</summary>
    private RespStatus TakeFrom(ReadOnlySpan<byte> bytes, out int length)
    {
        RespStatus status;
        if (_elements < 0 && bytes[0] == (byte)RespType.Array && link.TakesElements)
        {
            status = RespFramer.ReadAggregateHeader(bytes, out _, out long count, out length);
            if (status != RespStatus.Done || length > 0)
            {
                if (status == RespStatus.Done)
                    BeginElements(count);
                return status;
            }
        }

        status = _framer.Scan(bytes, out length);
        if (status != RespStatus.Done)
            return status;
        ReadOnlySpan<byte> value = bytes[..length];
        if (_elements < 0)
            link.OnValue(value);
        else
            TakeElement(value);
        return status;
    }

    private void BeginElements(long count)
    {
        _elements = count;
        EndElements();
    }

    private void TakeElement(ReadOnlySpan<byte> element)
    {
        _elements--;
        link.OnElement(element);
        if (!_isStopped)
            EndElements();
    }

    private void EndElements()
    {
        if (_elements > 0)
            return;
        _elements = -1;
        link.OnElementsEnd();
    }

    private bool Fail(RespStatus status)
    {
        Problem = status == RespStatus.TooLarge ? "it sent a value beyond the bound" : "it sent what is not RESP";
        return false;
    }
}
