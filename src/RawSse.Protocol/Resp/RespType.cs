using System.Diagnostics.CodeAnalysis;

namespace RawSse.Protocol.Resp;

/// <summary>
/// The types of RESP2 and RESP3 (redis.io/docs/latest/develop/reference/protocol-spec); each one's number is its first byte.
/// </summary>
[SuppressMessage("Naming", "CA1720:Identifier contains type name", Justification = "The protocol calls them so.")]
public enum RespType : byte
{
    /// <summary>No value: before the first and after the last.</summary>
    None = 0,
    SimpleString = (byte)'+',
    SimpleError = (byte)'-',
    Integer = (byte)':',
    BulkString = (byte)'$',
    Array = (byte)'*',
    /// <summary><c>_</c> of RESP3, and what RESP2 has in its place: <c>$-1</c> and <c>*-1</c>.</summary>
    Null = (byte)'_',
    Boolean = (byte)'#',
    Double = (byte)',',
    BigNumber = (byte)'(',
    BulkError = (byte)'!',
    /// <summary>Text behind three bytes that name its format and a colon.</summary>
    VerbatimString = (byte)'=',
    Map = (byte)'%',
    Set = (byte)'~',
    /// <summary>A map about the value that follows it; it is no value of its own.</summary>
    Attribute = (byte)'|',
    /// <summary>What the server sends without being asked; stands between replies.</summary>
    Push = (byte)'>',
}
