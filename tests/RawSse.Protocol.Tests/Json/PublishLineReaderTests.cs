using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using RawSse.Protocol.Json;
using RawSse.Protocol.Tests.Sse;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace RawSse.Protocol.Tests.Json;

internal sealed class PublishLineReaderTests
{
    private readonly PublishLineReader _reader = new();

    [TestCase("""{"channel":"news","data":"hello"}""", "news", "", "hello")]
    [TestCase("""{"channel":"news","type":"update","data":"hello"}""", "news", "update", "hello")]
    [TestCase("""{"data":"hello","type":"update","channel":"news"}""", "news", "update", "hello")]
    [TestCase("""{"channel":"news","type":null,"data":"hello"}""", "news", "", "hello")]
    [TestCase("""{"channel":"news","type":"","data":""}""", "news", "", "")]
    [TestCase("""{"channel":"","data":"x"}""", "", "", "x")]
    [TestCase("""{"ch\u0061nnel":"n\u0065ws","d\u0061ta":"a\r\n\t\"\\\/b"}""", "news", "", "a\r\n\t\"\\/b")]
    [TestCase("""{"channel":"\ud83d\ude00","data":"é😀\u0000"}""", "😀", "", "é😀\0")]
    [TestCase("""{"channel":"news","data":"a  b"}""", "news", "", "a  b")]
    [TestCase(" \t{ \"channel\" : \"news\" ,\n\"data\"\r\n: \"hello\" } \r\n", "news", "", "hello")]
    public void A_line_gives_its_fields(string line, string channel, string type, string data)
    {
        Assert.That(Read(line), Is.EqualTo(PublishLineStatus.Ok));
        Assert.That(Encoding.UTF8.GetString(_reader.Channel), Is.EqualTo(channel));
        Assert.That(Encoding.UTF8.GetString(_reader.Type), Is.EqualTo(type));
        Assert.That(Encoding.UTF8.GetString(_reader.Data), Is.EqualTo(data));
    }

    [TestCase("null", "null")]
    [TestCase("true", "true")]
    [TestCase("false", "false")]
    [TestCase(" 1 ", "1")]
    [TestCase("-0.0e+05", "-0.0e+05")]
    [TestCase("123456789012345678901234567890", "123456789012345678901234567890")]
    [TestCase("{}", "{}")]
    [TestCase(" { } ", "{}")]
    [TestCase("[ ]", "[]")]
    [TestCase("[1, 2,\t3]", "[1,2,3]")]
    [TestCase("{ \"a b\" : [ 1 , { \"c\" : null } ] }", "{\"a b\":[1,{\"c\":null}]}")]
    [TestCase("[\" a \", \"\\\" b\", \"\\\\\" , \"\\\\\\\" c \"]", "[\" a \",\"\\\" b\",\"\\\\\",\"\\\\\\\" c \"]")]
    [TestCase("""{"a":"\u0061 \ud800"}""", """{"a":"\u0061 \ud800"}""")]
    [TestCase("{\"a\":1, \"a\":2}", "{\"a\":1,\"a\":2}")]
    [TestCase("{\"channel\":1, \"data\":2}", "{\"channel\":1,\"data\":2}")]
    public void Data_that_is_not_a_string_is_its_compact_text(string value, string expected)
    {
        Assert.That(Read($$"""{"data":{{value}},"channel":"news"}"""), Is.EqualTo(PublishLineStatus.Ok));
        Assert.That(Encoding.UTF8.GetString(_reader.Data), Is.EqualTo(expected));
        Assert.That(Encoding.UTF8.GetString(_reader.Channel), Is.EqualTo("news"));
    }

    [TestCase("", PublishLineStatus.Blank)]
    [TestCase(" \t\r\n", PublishLineStatus.Blank)]
    [TestCase("hello", PublishLineStatus.NotJson)]
    [TestCase("{", PublishLineStatus.NotJson)]
    [TestCase("""{"channel":"a","data":"x" """, PublishLineStatus.NotJson)]
    [TestCase("""{"channel":"a","data":"x}""", PublishLineStatus.NotJson)]
    [TestCase("""{"channel":"a","data":"x",}""", PublishLineStatus.NotJson)]
    [TestCase("""{"channel":"a","data":"x"}}""", PublishLineStatus.NotJson)]
    [TestCase("""{"channel":"a","data":"x"}{"channel":"a","data":"x"}""", PublishLineStatus.NotJson)]
    [TestCase("""{"channel":"a","data":"x"} // comment""", PublishLineStatus.NotJson)]
    [TestCase("""{"channel":"a","data":01}""", PublishLineStatus.NotJson)]
    [TestCase("""{"channel":"a","data":NaN}""", PublishLineStatus.NotJson)]
    [TestCase("""{'channel':'a','data':'x'}""", PublishLineStatus.NotJson)]
    [TestCase("""{"channel":"a","data":"\x"}""", PublishLineStatus.NotJson)]
    [TestCase("{\"channel\":\"a\",\"data\":\"\n\"}", PublishLineStatus.NotJson)]
    [TestCase("\uFEFF{\"channel\":\"a\",\"data\":\"x\"}", PublishLineStatus.NotJson)]
    [TestCase("""{"foo":1,"channel":"a","data":]""", PublishLineStatus.NotJson)]
    [TestCase("[] x", PublishLineStatus.NotJson)]
    [TestCase("[]", PublishLineStatus.NotAnObject)]
    [TestCase("""[{"channel":"a","data":"x"}]""", PublishLineStatus.NotAnObject)]
    [TestCase("\"channel\"", PublishLineStatus.NotAnObject)]
    [TestCase("1", PublishLineStatus.NotAnObject)]
    [TestCase("null", PublishLineStatus.NotAnObject)]
    [TestCase("{}", PublishLineStatus.MissingChannel)]
    [TestCase("""{"data":"x"}""", PublishLineStatus.MissingChannel)]
    [TestCase("""{"channel":"a"}""", PublishLineStatus.MissingData)]
    [TestCase("""{"channel":"a","type":"data"}""", PublishLineStatus.MissingData)]
    [TestCase("""{"channel":1,"data":"x"}""", PublishLineStatus.ChannelNotString)]
    [TestCase("""{"channel":null,"data":"x"}""", PublishLineStatus.ChannelNotString)]
    [TestCase("""{"channel":["a"],"data":"x"}""", PublishLineStatus.ChannelNotString)]
    [TestCase("""{"channel":"a","type":1,"data":"x"}""", PublishLineStatus.TypeNotString)]
    [TestCase("""{"channel":"a","type":{"data":1},"data":"x"}""", PublishLineStatus.TypeNotString)]
    [TestCase("""{"channel":"a","channel":"b","data":"x"}""", PublishLineStatus.DuplicateField)]
    [TestCase("""{"channel":"a","data":"x","data":1}""", PublishLineStatus.DuplicateField)]
    [TestCase("""{"channel":"a","type":null,"data":"x","type":"t"}""", PublishLineStatus.DuplicateField)]
    [TestCase("""{"channel":"a","data":"x","d\u0061ta":"y"}""", PublishLineStatus.DuplicateField)]
    [TestCase("""{"channel":"a","data":"x","typ":"t"}""", PublishLineStatus.UnknownField)]
    [TestCase("""{"Channel":"a","data":"x"}""", PublishLineStatus.UnknownField)]
    [TestCase("""{"channel":"a","data":"x","":{"data":[1]}}""", PublishLineStatus.UnknownField)]
    [TestCase("""{"channel":"a","data":"x","\ud800":1}""", PublishLineStatus.LoneSurrogate)]
    [TestCase("""{"\udfffchannel":"a","data":"x"}""", PublishLineStatus.LoneSurrogate)]
    [TestCase("""{"channel":"\ud800","data":"x"}""", PublishLineStatus.LoneSurrogate)]
    [TestCase("""{"channel":"a","type":"\udc00\ud800","data":"x"}""", PublishLineStatus.LoneSurrogate)]
    [TestCase("""{"channel":"a","data":"a\ud83dx"}""", PublishLineStatus.LoneSurrogate)]
    public void Any_other_line_is_refused_and_leaves_nothing_behind(string line, PublishLineStatus expected)
    {
        Assert.That(Read("""{"channel":"old","type":"old","data":"old"}"""), Is.EqualTo(PublishLineStatus.Ok));
        Assert.That(Read(line), Is.EqualTo(expected));
        Assert.That(_reader.Channel.Length + _reader.Type.Length + _reader.Data.Length, Is.Zero);
    }

    [Test]
    public void A_line_is_utf8()
    {
        byte[] line = [.. "{\"channel\":\"a\",\"data\":\""u8, 0xFF, .. "\"}"u8];
        Assert.That(_reader.Read(line), Is.EqualTo(PublishLineStatus.NotUtf8));
        line = [.. "{\"channel\":\"a\",\"data\":[\""u8, 0xED, 0xA0, 0x80, .. "\"]}"u8];
        Assert.That(_reader.Read(line), Is.EqualTo(PublishLineStatus.NotUtf8));
    }

    [Test]
    public void Nesting_without_end_is_refused()
    {
        string deep = new string('[', 1000) + new string(']', 1000);
        Assert.That(Read($$"""{"channel":"a","data":{{deep}}}"""), Is.EqualTo(PublishLineStatus.NotJson));
        deep = new string('[', 60) + new string(']', 60);
        Assert.That(Read($$"""{"channel":"a","data":{{deep}}}"""), Is.EqualTo(PublishLineStatus.Ok));
    }

    [Property(Arbitrary = [typeof(Payloads)], MaxTest = 1000)]
    public bool Any_strings_round_trip(Payload channel, Payload type, Payload data) =>
        Read(JsonSerializer.Serialize(new { channel = channel.Text, type = type.Text, data = data.Text })) == PublishLineStatus.Ok
        && _reader.Channel.SequenceEqual(channel.Utf8)
        && _reader.Type.SequenceEqual(type.Utf8)
        && _reader.Data.SequenceEqual(data.Utf8);

    /// <summary>Tokens joined by random whitespace must read as the same tokens joined by none.</summary>
    [Property(Arbitrary = [typeof(JsonTokens)], MaxTest = 1000)]
    public bool Any_value_is_compacted(JsonTokens value) =>
        Read($$"""{"channel":"a","data": [ {{value.Spaced}} ] }""") == PublishLineStatus.Ok
        && Encoding.UTF8.GetString(_reader.Data) == $"[{value.Compact}]";

    /// <summary>The platform's parser says what JSON is.</summary>
    [Property(Arbitrary = [typeof(JsonTokens)], MaxTest = 3000)]
    public bool A_damaged_line_is_json_exactly_when_the_platform_says_so(JsonTokens value, ushort at, byte replacement)
    {
        byte[] line = Encoding.UTF8.GetBytes($$"""{"channel":"a","data":{{value.Spaced}}}""");
        line[at % line.Length] = (byte)(replacement & 0x7F);
        PublishLineStatus status = _reader.Read(line);
        return status == PublishLineStatus.NotUtf8 || IsJson(line) == (status != PublishLineStatus.NotJson);
    }

    [Test]
    public void A_reader_that_had_a_long_line_reads_short_ones()
    {
        string longData = new('x', 256 << 10);
        Assert.That(Read($$"""{"channel":"a","data":"{{longData}}"}"""), Is.EqualTo(PublishLineStatus.Ok));
        Assert.That(_reader.Data.Length, Is.EqualTo(longData.Length));
        Assert.That(Read("""{"channel":"a","data":"short"}"""), Is.EqualTo(PublishLineStatus.Ok));
        Assert.That(_reader.Data.SequenceEqual("short"u8), Is.True);
    }

    [Test]
    public void Good_lines_leave_no_garbage()
    {
        byte[][] lines =
        [
            """{"channel":"news","type":"update","data":"hello"}"""u8.ToArray(),
            """{"channel":"news","data":{"a": [1, 2, "x y"], "b": null}}"""u8.ToArray(),
            """{"channel":"n\u0065ws","data":"\ud83d\ude00\r\n"}"""u8.ToArray(),
        ];
        int good = 0;
        long allocated = Allocations.Of(() =>
        {
            foreach (byte[] line in lines)
                good += _reader.Read(line) == PublishLineStatus.Ok ? 1 : 0;
        });
        Assert.That(good, Is.EqualTo(603));
        Assert.That(allocated, Is.Zero);
    }

    [Test]
    public void Each_refusal_has_a_sentence_of_its_own()
    {
        PublishLineStatus[] fine = [PublishLineStatus.Ok, PublishLineStatus.Blank];
        Assert.That(fine.Select(PublishLineStatusText.Detail), Is.All.Empty);
        string[] details = [.. Enum.GetValues<PublishLineStatus>().Except(fine).Select(PublishLineStatusText.Detail)];
        Assert.That(details, Is.Unique.And.All.Length.GreaterThan(10).And.All.EndsWith("."));
    }

    private PublishLineStatus Read(string line) => _reader.Read(Encoding.UTF8.GetBytes(line));

    private static bool IsJson(byte[] line)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            return true;
        }
        catch (JsonException)
        {
            return line.AsSpan().ContainsAnyExcept(" \t\r\n"u8) is false;
        }
    }
}
