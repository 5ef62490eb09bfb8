using System.Diagnostics.CodeAnalysis;

namespace RawSse.Protocol.Resp;

/// <summary>
/// Walks whole values that <see cref="RespFramer"/> has framed, depth first: an aggregate, then each of its elements. Attributes
/// are left out. Bytes that are not RESP end the walk; it never leaves the span. Leaves no garbage.
/// </summary>
/// <param name="value">one framed value, or several one behind the other</param>
public ref struct RespReader(ReadOnlySpan<byte> value)
{
    private readonly ReadOnlySpan<byte> _value = value;
    private RespToken _token;
    private int _tokenStart;
    private int _read;

    /// <summary>Elements of the current aggregate that <see cref="Skip"/> has to leave behind.</summary>
    private int _toSkip;

    /// <summary>The current value's type; None before the first read and after the last.</summary>
    public readonly RespType Type => _token.Type;

    /// <summary>
    /// The text of a string, an error or a number, <c>t</c> or <c>f</c>; a verbatim string's without its format. Else empty.
    /// </summary>
    public readonly ReadOnlySpan<byte> Text => _value.Slice(_tokenStart + _token.TextStart, _token.TextLength);

    /// <summary>An integer's value; 1 for true; 0 for every other value.</summary>
    [SuppressMessage("Naming", "CA1720:Identifier contains type name", Justification = "The protocol calls it so.")]
    public readonly long Integer => _token.Number;

    /// <summary>Values within an aggregate, which the next reads give; a map has two for each pair.</summary>
    public readonly int Count => _token.Count;

    /// <summary>Null in any of its three forms.</summary>
    public readonly bool IsNull => _token.Type == RespType.Null;

    public readonly bool IsError => _token.Type is RespType.SimpleError or RespType.BulkError;

    /// <summary>Goes to the next value, into an aggregate if it stands on one; false at the end.</summary>
    public bool Read()
    {
        bool isRead = Take(out RespToken token);
        while (isRead && token.Type == RespType.Attribute)
        {
            SkipValues(token.Count);
            isRead = Take(out token);
        }

        _token = token;
        _tokenStart = _read - token.Length;
        _toSkip = token.Count;
        return isRead;
    }

    /// <summary>
    /// Leaves the current value's elements behind, if <see cref="Read"/> has just come to it: the next read gives what follows
    /// them. The properties go on telling of the current value.
    /// </summary>
    public void Skip()
    {
        SkipValues(_toSkip);
        _toSkip = 0;
    }

    private void SkipValues(long pending)
    {
        while (pending > 0 && Take(out RespToken token))
            pending += token.Count - (token.Type == RespType.Attribute ? 0 : 1);
    }

    private bool Take(out RespToken token)
    {
        int searched = 0;
        if (RespToken.Read(_value[_read..], ref searched, out token) == RespStatus.Done)
        {
            _read += token.Length;
            return true;
        }

        token = default;
        _read = _value.Length;
        return false;
    }
}
