using System.Text;

namespace RawSse.Redis.Tests.Support;

/// <summary>A reply of Redis in RESP2. <see cref="Bytes"/>: a string, a status or an error's text; null for null and the others.</summary>
internal sealed record RespReply(byte[]? Bytes, long Number = 0, RespReply[]? Items = null, bool IsError = false)
{
    public bool IsNull => Bytes is null && Items is null;

    public string Text => Bytes is null ? "" : Encoding.UTF8.GetString(Bytes);

    /// <summary>An item of an array.</summary>
    public RespReply this[int index] => Items![index];

    public override string ToString() => Items is not null
        ? $"[{string.Join(", ", (IEnumerable<RespReply>)Items)}]"
        : Bytes is not null ? (IsError ? "-" : "") + Text : $"{Number}";
}
