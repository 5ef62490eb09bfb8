using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;
using RawSse.Protocol.Sse;

namespace RawSse.Protocol.Json;

/// <summary>
/// Reads one line of a bulk publish, <c>{"channel":"news","type":"update","data":…}</c> (contract §2, RFC 8259). Reused for
/// each line: a good line leaves no garbage, and the memory held is that of the longest line read so far. One owner.
/// </summary>
public sealed class PublishLineReader
{
    private static readonly SearchValues<byte> s_whitespace = SearchValues.Create(" \t\r\n"u8);
    private static readonly SearchValues<byte> s_whitespaceOrQuote = SearchValues.Create(" \t\r\n\""u8);

    private readonly ByteBuffer _text = new();
    private (int Start, int Length)? _channel;
    private (int Start, int Length)? _type;
    private (int Start, int Length)? _data;
    private PublishLineStatus _status;

    /// <summary>The channel's name, unescaped, not yet validated. Valid until the next read, empty unless it was Ok.</summary>
    public ReadOnlySpan<byte> Channel => Slice(_channel);

    /// <summary>The type, unescaped, not yet validated; empty when null or absent.</summary>
    public ReadOnlySpan<byte> Type => Slice(_type);

    /// <summary>
    /// A string's unescaped UTF-8, or any other value's text without the whitespace between its tokens, otherwise as given
    /// (numbers keep their digits, strings inside keep their escapes).
    /// </summary>
    public ReadOnlySpan<byte> Data => Slice(_data);

    /// <summary>
    /// Reads a line, with or without its line end. Of a line that is JSON the first thing wrong with its fields is told.
    /// </summary>
    public PublishLineStatus Read(ReadOnlySpan<byte> line)
    {
        Reset();
        if (!line.ContainsAnyExcept(s_whitespace))
            return PublishLineStatus.Blank;
        if (!Utf8.IsValid(line))
            return PublishLineStatus.NotUtf8;

        try
        {
            ReadValue(line);
        }
        catch (JsonException)
        {
            _status = PublishLineStatus.NotJson;
        }

        PublishLineStatus status = _status;
        if (status != PublishLineStatus.Ok)
            Reset();
        return status;
    }

    private void ReadValue(ReadOnlySpan<byte> line)
    {
        Utf8JsonReader reader = new(line, isFinalBlock: true, state: default);
        reader.Read();
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                ReadField(ref reader, line);

            if (_channel is null)
                Refuse(PublishLineStatus.MissingChannel);
            if (_data is null)
                Refuse(PublishLineStatus.MissingData);
        }
        else
        {
            Refuse(PublishLineStatus.NotAnObject);
            reader.Skip();
        }

        // Throws when something follows the value.
        reader.Read();
    }

    private void ReadField(ref Utf8JsonReader reader, ReadOnlySpan<byte> line)
    {
        ReadOnlySpan<byte> name = reader.ValueIsEscaped ? Slice(AppendString(ref reader)) : reader.ValueSpan;
        if (name.SequenceEqual("data"u8))
        {
            reader.Read();
            bool isString = reader.TokenType == JsonTokenType.String;
            Keep(ref _data, isString ? AppendString(ref reader) : AppendCompact(ref reader, line));
        }
        else if (name.SequenceEqual("channel"u8))
        {
            ReadText(ref reader, ref _channel, PublishLineStatus.ChannelNotString);
        }
        else if (name.SequenceEqual("type"u8))
        {
            ReadText(ref reader, ref _type, PublishLineStatus.TypeNotString);
        }
        else
        {
            Refuse(PublishLineStatus.UnknownField);
            reader.Skip();
        }
    }

    private void ReadText(ref Utf8JsonReader reader, ref (int Start, int Length)? field, PublishLineStatus notString)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.String)
        {
            Keep(ref field, AppendString(ref reader));
            return;
        }

        if (reader.TokenType != JsonTokenType.Null || notString != PublishLineStatus.TypeNotString)
            Refuse(notString);
        reader.Skip();
        Keep(ref field, (0, 0));
    }

    private void Keep(ref (int Start, int Length)? field, (int Start, int Length) value)
    {
        if (field is not null)
            Refuse(PublishLineStatus.DuplicateField);
        field = value;
    }

    private (int Start, int Length) AppendString(ref Utf8JsonReader reader)
    {
        int start = _text.Length;
        if (!reader.ValueIsEscaped)
        {
            _text.Append(reader.ValueSpan);
            return (start, _text.Length - start);
        }

        try
        {
            // Unescaping never makes text longer.
            _text.Advance(reader.CopyString(_text.GetRoom(reader.ValueSpan.Length)));
        }
        catch (InvalidOperationException)
        {
            // The line is UTF-8, so this can only be an escaped surrogate without its other half. (ValueTextEquals throws
            // for it as well, so names with escapes come here too.)
            Refuse(PublishLineStatus.LoneSurrogate);
        }

        return (start, _text.Length - start);
    }

    private (int Start, int Length) AppendCompact(ref Utf8JsonReader reader, ReadOnlySpan<byte> line)
    {
        int from = (int)reader.TokenStartIndex;
        reader.Skip();
        ReadOnlySpan<byte> value = line[from..(int)reader.BytesConsumed];

        int start = _text.Length;
        while (value.IndexOfAny(s_whitespaceOrQuote) is >= 0 and var at)
        {
            bool isString = value[at] == '"';
            int end = isString ? at + StringLength(value[at..]) : at;
            _text.Append(value[..end]);
            value = value[(isString ? end : end + 1)..];
        }

        _text.Append(value);
        return (start, _text.Length - start);
    }

    /// <summary>Bytes of the valid JSON string at the start, with its quotes.</summary>
    private static int StringLength(ReadOnlySpan<byte> text)
    {
        int length = 1;
        while (true)
        {
            length += text[length..].IndexOfAny((byte)'"', (byte)'\\');
            if (text[length] == '"')
                return length + 1;
            length += 2;
        }
    }

    private void Refuse(PublishLineStatus status)
    {
        if (_status == PublishLineStatus.Ok)
            _status = status;
    }

    private void Reset()
    {
        _text.Clear();
        _channel = _type = _data = null;
        _status = PublishLineStatus.Ok;
    }

    private ReadOnlySpan<byte> Slice((int Start, int Length)? field) =>
        field is { } range ? _text.Span.Slice(range.Start, range.Length) : [];
}
