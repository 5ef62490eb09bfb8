using System.Text.Json;

namespace RawSse.Bench.Redis;

/// <summary>The event that is published over and over: JSON, as most publishers send, so quotes are to be escaped on the way.</summary>
internal sealed class SampleEvent
{
    public const string Type = "update";

    /// <param name="dataBytes">at least 40</param>
    public SampleEvent(int dataBytes)
    {
        const string Begin = "{\"user\":42,\"state\":\"open\",\"text\":\"", End = "\"}";
        int rest = Math.Max(1, dataBytes - Begin.Length - End.Length);
        Data = Begin + string.Concat(Enumerable.Range(0, rest).Select(i => (char)('a' + i % 26))) + End;
        Quoted = JsonSerializer.Serialize(Data, s_plain);
    }

    public string Data { get; }

    /// <summary>The data as a JSON string, with its quotes.</summary>
    public string Quoted { get; }

    private static readonly JsonSerializerOptions s_plain = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };
}
