using System.Text;
using RawSse.Protocol.Http;

namespace RawSse.Protocol.Tests.Http;

public sealed class QueryReaderTests
{
    [TestCase("", "")]
    [TestCase("a", "[a|]")]
    [TestCase("a=", "[a|]")]
    [TestCase("a=b", "[a|b]")]
    [TestCase("a=b=c", "[a|b=c]")]
    [TestCase("=b", "[|b]")]
    [TestCase("=", "[|]")]
    [TestCase("&", "")]
    [TestCase("&&a=1&&b=2&", "[a|1][b|2]")]
    [TestCase("channel=a&channel=b", "[channel|a][channel|b]")]
    [TestCase("a%3D=%26+c;d=e", "[a%3D|%26+c;d=e]")]
    public void Pairs_are_read_in_order_and_raw(string query, string expected)
    {
        QueryReader reader = new(Encoding.ASCII.GetBytes(query));
        StringBuilder pairs = new();
        while (reader.TryRead(out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value))
            pairs.Append($"[{Encoding.ASCII.GetString(name)}|{Encoding.ASCII.GetString(value)}]");
        Assert.That(pairs.ToString(), Is.EqualTo(expected));
        Assert.That(reader.TryRead(out _, out _), Is.False);
    }
}
