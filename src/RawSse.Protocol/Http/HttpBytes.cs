using System.Buffers;
using System.Text;

namespace RawSse.Protocol.Http;

/// <summary>Character classes of RFC 9110 §5.6 and RFC 3986, as vectorised searches.</summary>
internal static class HttpBytes
{
    private const string Alphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    /// <summary>RFC 9110 §5.6.2: tchar.</summary>
    public static readonly SearchValues<byte> Token = Ascii(Alphanumeric + "!#$%&'*+-.^_`|~");

    /// <summary>Visible ASCII but '#': a fragment never travels, and everything else has to be percent-encoded.</summary>
    public static readonly SearchValues<byte> Target = SearchValues.Create(VisibleWithoutHash());

    /// <summary>What no field value may hold: controls but HTAB (RFC 9110 §5.5). 0x80–0xFF (obs-text) is allowed.</summary>
    public static readonly SearchValues<byte> NotInValue = SearchValues.Create(ControlsWithoutTab());

    /// <summary>RFC 3986 §3.2.2 reg-name without '%' and ',': a comma may be two Host fields that somebody joined.</summary>
    public static readonly SearchValues<byte> RegName = Ascii(Alphanumeric + "-._~!$&'()*+;=");

    /// <summary>What an IPv6 address is made of, without zone.</summary>
    public static readonly SearchValues<byte> Ipv6 = SearchValues.Create("0123456789ABCDEFabcdef:."u8);

    /// <summary>Whether a byte may stand in a field value.</summary>
    public static bool IsValue(byte value) => value is >= 0x20 and not 0x7F or (byte)'\t';

    /// <summary>The value of a hex digit, -1 if it is none.</summary>
    public static int HexValue(byte digit) => digit switch
    {
        >= (byte)'0' and <= (byte)'9' => digit - '0',
        >= (byte)'a' and <= (byte)'f' => digit - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => digit - 'A' + 10,
        _ => -1,
    };

    /// <summary>Optional white space (OWS) cut from both ends of a list member.</summary>
    public static ReadOnlySpan<byte> TrimSpace(ReadOnlySpan<byte> value) => value.Trim(" \t"u8);

    private static SearchValues<byte> Ascii(string characters) => SearchValues.Create(Encoding.ASCII.GetBytes(characters));

    private static byte[] VisibleWithoutHash() =>
        [.. Enumerable.Range(0x21, 0x5E).Select(b => (byte)b).Where(b => b != '#')];

    private static byte[] ControlsWithoutTab() =>
        [.. Enumerable.Range(0, 0x20).Append(0x7F).Select(b => (byte)b).Where(b => b != '\t')];
}
