namespace RawSse.Bench.Load.Fleet;

/// <summary>
/// Takes the frames of chunked transfer coding (RFC 9112, section 7.1) out of a body that comes in pieces. A body without it is
/// passed on as it is. What follows the last chunk is not looked at: the server closes then.
/// </summary>
internal struct ChunkState
{
    private int _left;
    private Phase _phase;

    public ChunkState(bool isChunked) => _phase = isChunked ? Phase.Size : Phase.Whole;

    private enum Phase : byte
    {
        Whole,
        Size,
        Extension,
        Data,
        EndOfData,
        Over,
    }

    /// <summary>Cuts the next piece of the content off. False: there is no more in these bytes.</summary>
    public bool TryRead(ref ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> content)
    {
        content = default;
        if (_phase == Phase.Whole)
        {
            content = bytes;
            bytes = default;
            return !content.IsEmpty;
        }
        while (_phase != Phase.Data && !bytes.IsEmpty && _phase != Phase.Over)
        {
            Frame(bytes[0]);
            bytes = bytes[1..];
        }
        if (_phase != Phase.Data || bytes.IsEmpty) return false;
        int take = Math.Min(_left, bytes.Length);
        content = bytes[..take];
        bytes = bytes[take..];
        _left -= take;
        if (_left == 0) _phase = Phase.EndOfData;
        return true;
    }

    private void Frame(byte next)
    {
        if (next == '\n')
        {
            if (_phase == Phase.EndOfData) _phase = Phase.Size;
            else _phase = _left == 0 ? Phase.Over : Phase.Data;
        }
        else if (_phase == Phase.Size)
        {
            if (!char.IsAsciiHexDigit((char)next)) _phase = Phase.Extension;
            else _left = _left * 16 + Convert.ToInt32(((char)next).ToString(), 16);
        }
    }
}
