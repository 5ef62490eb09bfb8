using System.Text;
using System.Text.Json;
using FsCheck;
using RawSse.Protocol.Ids;
using RawSse.Protocol.Json;
using RawSse.Protocol.Sse;
using RawSse.Protocol.Tests.Ids;
using RawSse.Protocol.Tests.Sse;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace RawSse.Protocol.Tests.Json;

internal sealed class DoorbellReaderTests
{
    private static readonly string[] s_splinters =
    [
        "\"", "\\", "\\\"", "\\u", "\\u0041", "\\ud83d\\ude00", "\\ud83d", "\\u007f", "\\x", "{", "}", ",", ":", " ", "\n",
        "null", "1", "\"id\":\"7-7\"", "\"prev\":\"0-0\"", ",\"data\":\"x\"", ",\"type\":null",
        "rawsse.", "\u00C3", "\u00A9", "\0", "-", "0",
    ];

    private readonly DoorbellReader _reader = new();

    [TestCase("""{"id":"5-1","prev":"5-0","type":"update","data":"hello"}""", "5-1", "5-0", "update", "hello")]
    [TestCase("""{"id":"5-1","prev":"0-0","type":"","data":""}""", "5-1", "0-0", "", "")]
    [TestCase("""{"id":"5-1","type":"update","data":"hello","prev":"5-0"}""", "5-1", "5-0", "update", "hello")]
    [TestCase("""{"id":"5-1","prev":"5-0","type":null,"data":"x"}""", "5-1", "5-0", "", "x")]
    [TestCase("""{"id":"5-1","prev":"5-0","data":"x"}""", "5-1", "5-0", "", "x")]
    [TestCase("""{"id":"5-1","prev":"5-0","type":"a\/b","data":"\"\\\/\b\f\n\r\t"}""", "5-1", "5-0", "a/b", "\"\\/\b\f\n\r\t")]
    [TestCase("""{"id":"5-1","prev":"5-0","type":"","data":"{\"msg\":\"hello\",\"n\":[1,2]}"}""", "5-1", "5-0", "",
        """{"msg":"hello","n":[1,2]}""")]
    [TestCase("""{"id":"5-1","prev":"5-0","type":"","data":"a\u0000\u001f\u007fb"}""", "5-1", "5-0", "", "a\0\u001F\u007Fb")]
    [TestCase("""{"id":"5-1","prev":"5-0","type":"é","data":"é😀 \ud83d\ude00 \u00e9"}""", "5-1", "5-0", "é", "é😀 😀 é")]
    [TestCase("""{"\u0069d":"\u0035-1","p\u0072ev":"5-\u0030","data":"x"}""", "5-1", "5-0", "", "x")]
    [TestCase(" { \"id\" : \"5-1\" , \"prev\" : \"5-0\" , \"data\" : \"x\" } \r\n", "5-1", "5-0", "", "x")]
    [TestCase("""{"v":1,"id":"5-1","node":{"id":[1,"2"]},"prev":"5-0","data":"x","Data":7,"v":2}""", "5-1", "5-0", "", "x")]
    [TestCase("""{"id":"18446744073709551615-18446744073709551615","prev":"18446744073709551615-0","type":"t","data":"x"}""",
        "18446744073709551615-18446744073709551615", "18446744073709551615-0", "t", "x")]
    public void An_event_that_says_what_it_follows_is_chained(string payload, string id, string prev, string type, string data)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(payload);
        Assert.That(_reader.Read(bytes), Is.True);
        Assert.That((_reader.Id.ToString(), _reader.Prev.ToString()), Is.EqualTo((id, prev)));
        Assert.That(Encoding.UTF8.GetString(_reader.Type), Is.EqualTo(type));
        Assert.That(Encoding.UTF8.GetString(_reader.Data), Is.EqualTo(data));
        Assert.That(DoorbellPayload.Explain(bytes), Is.EqualTo(Read(bytes)), "the oracle says the same");
    }

    [TestCase("")]
    [TestCase(" ")]
    [TestCase("hello")]
    [TestCase("1-1")]
    [TestCase("null")]
    [TestCase("[]")]
    [TestCase("\"{}\"")]
    [TestCase("{}")]
    [TestCase("{")]
    [TestCase("}")]
    [TestCase("{ hello }")]
    [TestCase("""{"id":"5-1","type":"update","data":"hello"}""")]
    [TestCase("""{"id":"5-1","prev":"5-0","type":"update"}""")]
    [TestCase("""{"prev":"5-0","type":"update","data":"hello"}""")]
    [TestCase("""{"id":"5-1","prev":"5-0","type":"update","data":null}""")]
    [TestCase("""{"id":"5-1","prev":"5-0","type":"update","data":{"a":1}}""")]
    [TestCase("""{"id":"5-1","prev":"5-0","type":7,"data":"x"}""")]
    [TestCase("""{"id":"5-1","prev":null,"type":"","data":"x"}""")]
    [TestCase("""{"id":51,"prev":"5-0","type":"","data":"x"}""")]
    [TestCase("""{"id":"5","prev":"5-0","type":"","data":"x"}""")]
    [TestCase("""{"id":"05-1","prev":"5-0","type":"","data":"x"}""")]
    [TestCase("""{"id":"*","prev":"5-0","type":"","data":"x"}""")]
    [TestCase("""{"id":"5-1","prev":"","type":"","data":"x"}""")]
    [TestCase("""{"id":"5-1","prev":"5-1","type":"","data":"x"}""")]
    [TestCase("""{"id":"5-1","prev":"5-2","type":"","data":"x"}""")]
    [TestCase("""{"id":"5-1","prev":"5-0","type":"rawsse.gap","data":"x"}""")]
    [TestCase("""{"id":"5-1","prev":"5-0","type":"a\nb","data":"x"}""")]
    [TestCase("""{"id":"5-1","prev":"5-0","type":"a\u0085b","data":"x"}""")]
    [TestCase("""{"id":"5-1","prev":"5-0","type":"","data":"x","data":"x"}""")]
    [TestCase("""{"id":"5-1","id":"5-1","prev":"5-0","data":"x"}""")]
    [TestCase("""{"id":"5-1","prev":"5-0","prev":"5-0","data":"x"}""")]
    [TestCase("""{"id":"5-1","prev":"5-0","type":null,"type":null,"data":"x"}""")]
    [TestCase("""{"id":"5-1","prev":"5-0","type":"","data":"x","\u0069d":"5-1"}""")]
    [TestCase("""{"id":"5-1","prev":"5-0","type":"","data":"\ud800"}""")]
    [TestCase("""{"id":"5-1","prev":"5-0","type":"","data":"\udc00\ud800"}""")]
    [TestCase("""{"id":"5-1","prev":"5-0","type":"\ud800","data":"x"}""")]
    [TestCase("""{"id":"5-1","prev":"5-0","\ud800":"","data":"x"}""")]
    [TestCase("""{"id":"5-1","prev":"5-0","type":"","data":"\x"}""")]
    [TestCase("""{"id":"5-1","prev":"5-0","type":"","data":"\"}""")]
    [TestCase("""{"id":"5-1","prev":"5-0","type":"","data":"x"}}""")]
    [TestCase("""{"id":"5-1","prev":"5-0","type":"","data":"x"},{}""")]
    [TestCase("""{"id":"5-1","prev":"5-0","type":"","data":"x",}""")]
    [TestCase("""{"id":"5-1","prev":"5-0","type":"","data":"x" /**/}""")]
    [TestCase("{\"id\":\"5-1\",\"prev\":\"5-0\",\"type\":\"\",\"data\":\"a\nb\"}")]
    [TestCase("{\"id\":\"5-1\",\"prev\":\"5-0\",\"type\":\"\",\"data\":\"a\0b\"}")]
    [TestCase("\uFEFF{\"id\":\"5-1\",\"prev\":\"5-0\",\"type\":\"\",\"data\":\"x\"}")]
    public void Anything_else_is_only_a_bell(string payload)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(payload);
        Assert.That(_reader.Read("""{"id":"5-1","prev":"5-0","type":"update","data":"hello"}"""u8), Is.True);
        Assert.That(Read(bytes), Is.EqualTo("bell"));
        Assert.That(DoorbellPayload.Explain(bytes), Is.EqualTo("bell"), "the oracle says the same");
        Assert.That((_reader.Id, _reader.Prev), Is.EqualTo((EventId.Zero, EventId.Zero)), "nothing is left of the one before");
        Assert.That(_reader.Type.IsEmpty && _reader.Data.IsEmpty, Is.True);
    }

    [TestCase("{\"id\":\"5-1\",\"prev\":\"5-0\",\"type\":\"\",\"data\":\"\u00FF\"}")]
    [TestCase("{\"id\":\"5-1\",\"prev\":\"5-0\",\"type\":\"\",\"data\":\"\u00C0\u0080\"}")]
    [TestCase("{\"id\":\"5-1\",\"prev\":\"5-0\",\"type\":\"\u00ED\u00A0\u0080\",\"data\":\"\"}")]
    [TestCase("{\"id\":\"5-1\",\"prev\":\"5-0\",\"other\":\"\u00FF\",\"data\":\"\"}")]
    public void Bytes_that_are_not_utf8_are_only_a_bell(string latin1) =>
        Assert.That(_reader.Read(Encoding.Latin1.GetBytes(latin1)), Is.False);

    [TestCase(200, true)]
    [TestCase(201, false)]
    public void A_type_has_the_bound_that_publishing_has(int length, bool isChained) =>
        Assert.That(
            _reader.Read(DoorbellPayload.Script(new EventId(5, 1), EventId.Zero, new string('t', length), "x")),
            Is.EqualTo(isChained));

    [Test]
    public void What_redis_published_for_the_script_is_chained()
    {
        const string Data = "{\"a/b\":\"\\ é😀\0\u001F\u007F\t\n\r\b\f\v\",\"z\":[1]}";
        byte[] recorded = Encoding.UTF8.GetBytes(
            """{"id":"1795340029925-0","prev":"0-0","type":"","data":"""
            + """
            "{\"a\/b\":\"\\ é😀\u0000\u001f\u007f\t\n\r\b\f\u000b\",\"z\":[1]}"}
            """);
        Assert.That(_reader.Read(recorded), Is.True);
        Assert.That(Encoding.UTF8.GetString(_reader.Data), Is.EqualTo(Data));

        byte[] written = DoorbellPayload.Script(new EventId(1795340029925, 0), EventId.Zero, "", Data);
        Assert.That(written, Is.EqualTo(recorded), "what other tests read is written the same way");
    }

    [Test]
    public void Every_beginning_of_an_event_is_only_a_bell()
    {
        byte[] payload = DoorbellPayload.Script(
            new EventId(5, 1), new EventId(5, 0), "a/b", """{"msg":"hello, long enough for vectors"}""");
        Assert.That(_reader.Read(payload), Is.True);
        for (int length = 0; length < payload.Length; length++)
            Assert.That(_reader.Read(payload.AsSpan(0, length)), Is.False, () => $"{length} bytes");
    }

    [Test]
    public void A_bare_control_character_makes_it_a_bell_wherever_it_stands()
    {
        for (int before = 0; before < 40; before++)
        {
            byte[] payload = DoorbellPayload.Script(new EventId(5, 1), EventId.Zero, "", new string('x', 41));
            payload[payload.Length - 3 - before] = (byte)(before % 32);
            Assert.That(_reader.Read(payload), Is.False);
        }
    }

    [Test]
    public void An_escape_is_taken_off_wherever_it_stands()
    {
        for (int before = 0; before < 70; before++)
        {
            string data = $"{new string('x', before)}\"\\{new string('y', before % 19)}/";
            Assert.That(_reader.Read(DoorbellPayload.Script(new EventId(5, 1), EventId.Zero, "", data)), Is.True);
            Assert.That(Encoding.UTF8.GetString(_reader.Data), Is.EqualTo(data));
        }
    }

    /// <summary>The script's bytes take the quick way, and the same JSON with a space in front of a name does not.</summary>
    [Property(Arbitrary = [typeof(Arbitraries), typeof(Payloads)], MaxTest = 2000)]
    public bool Any_event_round_trips_on_both_ways(EventId id, EventId prev, Payload type, Payload data)
    {
        byte[] quick = DoorbellPayload.Script(id, prev, type.Text, data.Text);
        byte[] general = Encoding.UTF8.GetBytes("{ " + Encoding.UTF8.GetString(quick)[1..]);
        byte[] other = JsonSerializer.SerializeToUtf8Bytes(
            new { data = data.Text, type = type.Text, prev = prev.ToString(), id = id.ToString() });
        bool isChained = prev < id && EventType.Validate(type.Utf8) == EventTypeStatus.Ok;
        string expected = isChained ? DoorbellPayload.Describe(id, prev, type.Utf8, data.Utf8) : "bell";
        return Read(quick) == expected && Read(general) == expected && Read(other) == expected
            && DoorbellPayload.Explain(quick) == expected;
    }

    [Property(Arbitrary = [typeof(Payloads)], MaxTest = 1000)]
    public bool Any_data_under_a_good_type_is_chained(Payload data) =>
        _reader.Read(DoorbellPayload.Script(new EventId(5, 1), new EventId(5, 0), "update", data.Text))
        && _reader.Data.SequenceEqual(data.Utf8);

    /// <summary>The platform's document model says what a damaged payload is; neither way may think otherwise.</summary>
    [Property(Arbitrary = [typeof(Payloads)], MaxTest = 5000)]
    public void A_damaged_event_is_what_the_oracle_says(Payload data, int seed)
    {
        Random random = new(seed);
        List<byte> bytes = [.. DoorbellPayload.Script(new EventId(1795320800660, 7), new EventId(5, 0), "update", data.Text)];
        for (int i = random.Next(1, 4); i > 0; i--)
        {
            int at = random.Next(bytes.Count);
            if (random.Next(3) == 0)
                bytes[at] = (byte)random.Next(256);
            else if (random.Next(2) == 0)
                bytes.RemoveRange(at, Math.Min(random.Next(1, 8), bytes.Count - at));
            else
                bytes.InsertRange(at, Encoding.Latin1.GetBytes(s_splinters[random.Next(s_splinters.Length)]));
        }

        byte[] damaged = [.. bytes];
        Assert.That(Read(damaged), Is.EqualTo(DoorbellPayload.Explain(damaged)), () => Encoding.Latin1.GetString(damaged));
    }

    [Test]
    public void A_reader_that_had_a_long_event_reads_short_ones()
    {
        string longData = new('"', 256 << 10);
        Assert.That(_reader.Read(DoorbellPayload.Script(new EventId(5, 1), EventId.Zero, "", longData)), Is.True);
        Assert.That(_reader.Data.Length, Is.EqualTo(longData.Length));
        Assert.That(_reader.Read(DoorbellPayload.Script(new EventId(5, 1), EventId.Zero, "t", "short")), Is.True);
        Assert.That(_reader.Data.SequenceEqual("short"u8), Is.True);
    }

    [Test]
    public void Events_and_plain_bells_leave_no_garbage()
    {
        byte[][] payloads =
        [
            DoorbellPayload.Script(new EventId(1795320800660, 1), new EventId(1795320800660, 0), "update", """{"msg":"hello"}"""),
            """{"id":"5-1","prev":"5-0","data":"\ud83d\ude00\u0000"}"""u8.ToArray(),
            """{"d\u0061ta":"x","id":"5-1","type":null,"prev":"5-0","more":[1,{"a":2}]}"""u8.ToArray(),
            """{"id":"5-1","type":"update","data":"hello"}"""u8.ToArray(),
            "hello"u8.ToArray(),
            ""u8.ToArray(),
        ];
        int chained = 0;
        long allocated = Allocations.Of(() =>
        {
            foreach (byte[] payload in payloads)
                chained += _reader.Read(payload) ? 1 : 0;
        });
        Assert.That(chained, Is.EqualTo(603));
        Assert.That(allocated, Is.Zero);
    }

    private string Read(byte[] payload) =>
        _reader.Read(payload) ? DoorbellPayload.Describe(_reader.Id, _reader.Prev, _reader.Type, _reader.Data) : "bell";
}
