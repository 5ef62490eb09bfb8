using System.Text;
using RawSse.Protocol.Http;

namespace RawSse.Protocol.Tests.Http;

public sealed class PercentEncodingTests
{
    [TestCase("", false, "")]
    [TestCase("plain", false, "plain")]
    [TestCase("a%2Fb%2fc", false, "a/b/c")]
    [TestCase("a+b", false, "a+b")]
    [TestCase("a+b%2B+", true, "a b+ ")]
    [TestCase("%00%ff%7F", false, "\0\xFF\x7F")]
    [TestCase("%25%32%35", false, "%25")]
    [TestCase("%E2%82%AC", true, "\xE2\x82\xAC")]
    public void Encoded_bytes_are_decoded_once(string encoded, bool plusIsSpace, string decoded)
    {
        byte[] destination = new byte[decoded.Length];
        Assert.That(PercentEncoding.TryDecode(Bytes(encoded), plusIsSpace, destination, out int written));
        Assert.That((written, Encoding.Latin1.GetString(destination)), Is.EqualTo((decoded.Length, decoded)));
    }

    [TestCase("%")]
    [TestCase("a%2")]
    [TestCase("%2g")]
    [TestCase("%g2")]
    [TestCase("%%32")]
    [TestCase("% 1")]
    [TestCase("%u0041")]
    public void A_percent_without_two_hex_digits_is_refused(string encoded)
    {
        Assert.That(PercentEncoding.TryDecode(Bytes(encoded), false, new byte[16], out int written), Is.False);
        Assert.That(written, Is.Zero);
    }

    [TestCase("abc")]
    [TestCase("ab%20")]
    [TestCase("ab+")]
    [TestCase("%41%42%43")]
    public void A_destination_that_is_too_small_is_refused(string encoded)
    {
        Assert.That(PercentEncoding.TryDecode(Bytes(encoded), true, new byte[2], out int written), Is.False);
        Assert.That(written, Is.Zero);
    }

    [FsCheck.NUnit.Property]
    public bool What_was_encoded_comes_back(byte[] data)
    {
        byte[] encoded = [.. data.SelectMany(b => b % 3 == 0 || b is (byte)'%' or (byte)'+' ? Bytes($"%{b:X2}") : [b])];
        byte[] destination = new byte[encoded.Length];
        return PercentEncoding.TryDecode(encoded, true, destination, out int written)
            && destination.AsSpan(0, written).SequenceEqual(data);
    }

    private static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);
}
