using System.Text;
using RawSse.Protocol.Resp;

namespace RawSse.Server.Stores.Redis;

/// <summary>One RESP value as text: for what is asked rarely and answered briefly.</summary>
internal readonly struct RedisAnswer(byte[] value)
{
    /// <summary>The error's text, e.g. <c>NOAUTH Authentication required.</c>; null when it is none.</summary>
    public string? Error
    {
        get
        {
            var reader = new RespReader(value);
            return reader.Read() && reader.IsError ? TextOf(reader) : null;
        }
    }

    public bool IsNull
    {
        get
        {
            var reader = new RespReader(value);
            return reader.Read() && reader.IsNull;
        }
    }

    /// <summary>Whether the error begins with this word.</summary>
    public bool IsError(string code) => Error is { } error && error.StartsWith(code, StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// The texts of a string, or of an array or a map, whose keys and values take turns; an element that has elements counts as
    /// an empty text.
    /// </summary>
    public List<string> Texts()
    {
        var texts = new List<string>();
        var reader = new RespReader(value);
        reader.Read();
        if (reader.Type is not (RespType.Array or RespType.Map or RespType.Set))
        {
            texts.Add(TextOf(reader));
            return texts;
        }

        while (reader.Read())
        {
            texts.Add(TextOf(reader));
            reader.Skip();
        }

        return texts;
    }

    /// <summary>The elements of an array, each as an answer; none of another type.</summary>
    public List<RedisAnswer> Elements()
    {
        var elements = new List<RedisAnswer>();
        if (RespFramer.ReadAggregateHeader(value, out _, out long count, out int at) != RespStatus.Done || at == 0)
            return elements;
        var framer = new RespFramer(value.Length);
        for (; count > 0 && framer.Scan(value.AsSpan(at), out int length) == RespStatus.Done; count--, at += length)
            elements.Add(new RedisAnswer(value[at..(at + length)]));
        return elements;
    }

    /// <summary>The text that follows <paramref name="key"/> in a map, or in the array that is one in RESP2; null: none.</summary>
    public string? ValueOf(string key)
    {
        List<string> texts = Texts();
        for (int i = 0; i + 1 < texts.Count; i += 2)
        {
            if (texts[i] == key)
                return texts[i + 1];
        }

        return null;
    }

    private static string TextOf(scoped in RespReader reader) => Encoding.UTF8.GetString(reader.Text);
}
