using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Text.Json;
using System.Text.Unicode;
using RawSse.Protocol.Ids;
using RawSse.Protocol.Sse;

namespace RawSse.Protocol.Json;

/// <summary>
/// Reads what a publisher's doorbell carries, <c>{"id":"5-1","prev":"5-0","type":"update","data":"hello"}</c> (contract §4,
/// RFC 8259). Reused for each: one that is chained leaves no garbage, and the memory held is that of the longest so far. One
/// owner.
/// </summary>
/// <remarks>
/// A payload exactly as the publish script writes it takes a way of its own, about twice as quick; data that is JSON is full
/// of escapes, so taking those off is most of the work. Every other payload goes through the platform's parser.
/// </remarks>
public sealed class DoorbellReader
{
    private readonly ByteBuffer _text = new();
    private EventId? _id;
    private EventId? _prev;
    private (int Start, int Length)? _type;
    private (int Start, int Length)? _data;

    private static ReadOnlySpan<byte> Whitespace => " \t\r\n"u8;

    /// <summary>The event's id; 0-0 unless it was chained.</summary>
    public EventId Id => _id.GetValueOrDefault();

    /// <summary>The id of the entry before it in the stream, 0-0 if it was the first.</summary>
    public EventId Prev => _prev.GetValueOrDefault();

    /// <summary>The type, unescaped and valid; empty for none. Valid until the next read, empty unless it was chained.</summary>
    public ReadOnlySpan<byte> Type => Slice(_type);

    /// <summary>The data, unescaped UTF-8. Valid until the next read, empty unless it was chained.</summary>
    public ReadOnlySpan<byte> Data => Slice(_data);

    /// <summary>
    /// True: a whole event that says which one it follows, an older one. False: only a bell, so that the store has to be asked.
    /// That is anything but a JSON object in UTF-8 that has, once each, <c>id</c> and <c>prev</c> (ids as text), <c>data</c> (a
    /// string), and <c>type</c> (a string that a publisher may use, or null) or no type; other fields are ignored.
    /// </summary>
    public bool Read(ReadOnlySpan<byte> payload)
    {
        Clear();

        // A bell rung by hand is mostly a word, and the parser's exceptions are dear.
        bool mayBeObject = payload.Trim(Whitespace) is [(byte)'{', .., (byte)'}'];
        if (mayBeObject && Utf8.IsValid(payload) && (ReadUsual(payload) || ReadGeneral(payload)) && IsEvent())
            return true;

        Clear();
        return false;
    }

    private bool IsEvent() =>
        _id is { } id && _prev is { } prev && prev < id && _data is not null && EventType.Validate(Type) == EventTypeStatus.Ok;

    /// <summary>Only for payloads as the script writes them; takes the escapes that have one letter.</summary>
    private bool ReadUsual(ReadOnlySpan<byte> payload)
    {
        ReadOnlySpan<byte> rest = payload;
        return TakeId(ref rest, "{\"id\":\""u8, ref _id)
            && TakeId(ref rest, "\",\"prev\":\""u8, ref _prev)
            && TakeString(ref rest, "\",\"type\":\""u8, ref _type)
            && TakeString(ref rest, "\",\"data\":\""u8, ref _data)
            && rest.SequenceEqual("\"}"u8);
    }

    private static bool TakeId(ref ReadOnlySpan<byte> rest, ReadOnlySpan<byte> before, ref EventId? id)
    {
        if (!rest.StartsWith(before))
            return false;
        rest = rest[before.Length..];
        int length = rest.IndexOf((byte)'"');
        if (length < 0 || !EventId.TryParse(rest[..length], out EventId parsed))
            return false;
        id = parsed;
        rest = rest[length..];
        return true;
    }

    private bool TakeString(ref ReadOnlySpan<byte> rest, ReadOnlySpan<byte> before, ref (int Start, int Length)? field)
    {
        if (!rest.StartsWith(before))
            return false;
        rest = rest[before.Length..];

        // Unescaped text is never longer, so there is room for whole vectors, too.
        Span<byte> room = _text.GetRoom(rest.Length);
        if (!TryUnescape(rest, room, out int read, out int written))
            return false;
        field = (_text.Length, written);
        _text.Advance(written);
        rest = rest[read..];
        return true;
    }

    /// <summary>Copies up to the closing quote. False where a control character, another escape or the end comes first.</summary>
    private static bool TryUnescape(ReadOnlySpan<byte> text, Span<byte> destination, out int read, out int written)
    {
        read = 0;
        written = 0;
        while (true)
        {
            int plain = CopyPlain(text[read..], destination[written..]);
            read += plain;
            written += plain;
            if (plain == Vector128<byte>.Count)
                continue;
            if (read == text.Length || text[read] == '"')
                return read < text.Length;
            if (text[read] != '\\' || read + 1 == text.Length || Unescape(text[read + 1]) is not (> 0 and var character))
                return false;
            destination[written++] = character;
            read += 2;
        }
    }

    /// <summary>Copies at most one vector of what needs no thought: no quote, backslash or control character.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int CopyPlain(ReadOnlySpan<byte> text, Span<byte> destination)
    {
        if (text.Length >= Vector128<byte>.Count)
        {
            Vector128<byte> block = Vector128.Create(text);
            block.CopyTo(destination);
            Vector128<byte> special = Vector128.Equals(block, Vector128.Create((byte)'"'))
                | Vector128.Equals(block, Vector128.Create((byte)'\\'))
                | Vector128.LessThan(block, Vector128.Create((byte)' '));
            uint bits = special.ExtractMostSignificantBits();
            return bits == 0 ? Vector128<byte>.Count : BitOperations.TrailingZeroCount(bits);
        }

        int length = 0;
        for (; length < text.Length && text[length] is >= (byte)' ' and not (byte)'"' and not (byte)'\\'; length++)
            destination[length] = text[length];
        return length;
    }

    /// <summary>0 for what is no escape of one letter.</summary>
    private static byte Unescape(byte letter) => letter switch
    {
        (byte)'"' or (byte)'\\' or (byte)'/' => letter,
        (byte)'n' => (byte)'\n',
        (byte)'r' => (byte)'\r',
        (byte)'t' => (byte)'\t',
        (byte)'b' => (byte)'\b',
        (byte)'f' => (byte)'\f',
        _ => 0,
    };

    private bool ReadGeneral(ReadOnlySpan<byte> payload)
    {
        Clear();
        try
        {
            Utf8JsonReader reader = new(payload, isFinalBlock: true, state: default);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (!ReadField(ref reader))
                    return false;
            }

            // Throws when something follows the object.
            return !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
        catch (InvalidOperationException)
        {
            // The payload is UTF-8, so this can only be an escaped surrogate without its other half.
            return false;
        }
    }

    /// <summary>False for a field that is there twice or is not what it must be.</summary>
    private bool ReadField(ref Utf8JsonReader reader)
    {
        ReadOnlySpan<byte> name = reader.ValueIsEscaped ? Slice(AppendString(ref reader)) : reader.ValueSpan;
        if (name.SequenceEqual("id"u8))
            return ReadId(ref reader, ref _id);
        if (name.SequenceEqual("prev"u8))
            return ReadId(ref reader, ref _prev);
        if (name.SequenceEqual("type"u8))
            return ReadString(ref reader, ref _type, orNull: true);
        if (name.SequenceEqual("data"u8))
            return ReadString(ref reader, ref _data, orNull: false);
        reader.Skip();
        return true;
    }

    private bool ReadId(ref Utf8JsonReader reader, ref EventId? id)
    {
        (int Start, int Length)? text = null;
        bool isNew = id is null && ReadString(ref reader, ref text, orNull: false);
        bool isId = EventId.TryParse(Slice(text), out EventId parsed);
        id = parsed;
        return isNew && isId;
    }

    private bool ReadString(ref Utf8JsonReader reader, ref (int Start, int Length)? field, bool orNull)
    {
        reader.Read();
        bool isString = reader.TokenType == JsonTokenType.String;
        if (field is not null || !(isString || (orNull && reader.TokenType == JsonTokenType.Null)))
            return false;

        field = isString ? AppendString(ref reader) : (0, 0);
        return true;
    }

    private (int Start, int Length) AppendString(ref Utf8JsonReader reader)
    {
        int start = _text.Length;
        _text.Advance(reader.CopyString(_text.GetRoom(reader.ValueSpan.Length)));
        return (start, _text.Length - start);
    }

    private void Clear()
    {
        _text.Clear();
        _id = _prev = null;
        _type = _data = null;
    }

    private ReadOnlySpan<byte> Slice((int Start, int Length)? field) =>
        field is { } range ? _text.Span.Slice(range.Start, range.Length) : [];
}
