using System.Globalization;
using System.Text;
using RawSse.Protocol.Resp;

namespace RawSse.Protocol.Tests.Resp;

/// <summary>One value as Latin-1 text, and what the reader must tell of it.</summary>
internal sealed record RespSample(string Text, string Transcript)
{
    public byte[] Bytes => Encoding.Latin1.GetBytes(Text);

    public override string ToString() => System.Text.Json.JsonSerializer.Serialize(Text.Length > 80 ? Text[..80] : Text);

    /// <summary>What a reader tells: each value's type, its count or its text, and its number unless it is 0.</summary>
    public static string Read(ReadOnlySpan<byte> bytes)
    {
        StringBuilder transcript = new();
        RespReader reader = new(bytes);
        while (reader.Read())
            transcript.Append(transcript.Length == 0 ? "" : " ").Append(Describe(reader));
        Assert.That(reader.Type, Is.EqualTo(RespType.None));
        Assert.That(reader.Text.IsEmpty && reader is { Count: 0, Integer: 0, IsNull: false, IsError: false }, Is.True);
        return transcript.ToString();
    }

    private static string Describe(RespReader reader)
    {
        Assert.That(reader.IsNull, Is.EqualTo(reader.Type == RespType.Null));
        Assert.That(reader.IsError, Is.EqualTo(reader.Type is RespType.SimpleError or RespType.BulkError));
        string text = reader.Type is RespType.Array or RespType.Map or RespType.Set or RespType.Push
            ? $"({reader.Count})"
            : reader.IsNull ? "" : $"<{Encoding.Latin1.GetString(reader.Text)}>";
        return reader.Type + text + (reader.Integer == 0 ? "" : reader.Integer.ToString(CultureInfo.InvariantCulture));
    }
}
