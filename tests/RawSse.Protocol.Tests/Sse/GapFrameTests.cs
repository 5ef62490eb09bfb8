using System.Text;
using System.Text.Json;
using RawSse.Protocol.Ids;
using RawSse.Protocol.Sse;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace RawSse.Protocol.Tests.Sse;

internal sealed class GapFrameTests
{
    private static readonly EventId s_oldest = new(1795320800660, 0);
    private static readonly EventId s_newest = new(1795320800999, 3);

    [Test]
    public void A_gap_has_the_contracts_exact_bytes() =>
        Assert.That(
            Encoding.UTF8.GetString(Write("1795320800659-18446744073709551615"u8, "news"u8, "trimmed", "5-5"u8)),
            Is.EqualTo(
                "id: 1795320800659-18446744073709551615\n"
                + "event: rawsse.gap\n"
                + "data: {\"channel\":\"news\",\"reason\":\"trimmed\",\"requested\":\"5-5\","
                + "\"oldest\":\"1795320800660-0\",\"newest\":\"1795320800999-3\"}\n\n"));

    [Test]
    public void Names_and_requests_are_escaped()
    {
        byte[] frame = Write("0-0"u8, "a\"\\é😀/b"u8, "unknown", "\"\\\r\n\0\u007F\u0085\u2028\u2029<x>"u8);
        Assert.That(
            Encoding.UTF8.GetString(frame),
            Does.Contain("\"channel\":\"a\\\"\\\\é😀/b\"").And.Contain(
                "\"requested\":\"\\\"\\\\\\u000D\\u000A\\u0000\\u007F\\u0085\\u2028\\u2029<x>\""));
    }

    [Test]
    public void Bytes_that_are_not_utf8_become_replacement_characters()
    {
        byte[] requested = [(byte)'a', 0xFF, (byte)'b', 0xC3, 0x28, 0xED, 0xA0, 0x80, 0xF0, 0x9F];
        Assert.That(Requested(requested), Is.EqualTo(Encoding.UTF8.GetString(requested)).And.Contain("\uFFFD"));
    }

    [Test]
    public void A_long_request_is_cut_between_characters()
    {
        foreach (string character in new[] { "x", "é", "€", "😀" })
        {
            for (int lead = 0; lead < 8; lead++)
            {
                string text = new string('-', lead) + string.Concat(Enumerable.Repeat(character, 300));
                string shown = Requested(Encoding.UTF8.GetBytes(text));
                int bytes = Encoding.UTF8.GetByteCount(character);
                int fitting = (GapFrame.RequestedBytesMax - lead) / bytes;
                Assert.That(text, Does.StartWith(shown));
                Assert.That(Encoding.UTF8.GetByteCount(shown), Is.EqualTo(lead + (fitting * bytes)));
            }
        }
    }

    [Property(MaxTest = 1000)]
    public bool Any_request_is_one_frame_of_valid_json(byte[] requested, byte[] more)
    {
        byte[] bytes = [.. requested, .. more, .. requested, .. more];
        string cut = Encoding.UTF8.GetString(bytes.AsSpan(0, Math.Min(bytes.Length, GapFrame.RequestedBytesMax)));
        string shown = Requested(bytes);
        return shown == cut || (bytes.Length > GapFrame.RequestedBytesMax && shown + "\uFFFD" == cut);
    }

    [Test]
    public void The_longest_gap_fits_the_bound()
    {
        byte[] id = new byte[StreamId.TextBytesMax];
        Array.Fill(id, (byte)'v');
        byte[] channel = new byte[ChannelName.BytesMax];
        byte[] requested = new byte[1000];
        string reason = new('\u0001', GapFrame.ReasonLengthMax);
        byte[] frame = new byte[GapFrame.BytesMax];
        int length = GapFrame.Write(frame, id, channel, reason, requested, EventId.Max, EventId.Max);
        Assert.That(length, Is.InRange(GapFrame.BytesMax - 128, GapFrame.BytesMax));
        Assert.That(
            () => GapFrame.Write(new byte[length - 1], id, channel, reason, requested, EventId.Max, EventId.Max),
            Throws.ArgumentException);
    }

    [Test]
    public void An_id_that_would_forge_a_field_and_an_endless_reason_are_bugs_of_the_caller()
    {
        Assert.That(() => Write("5-5\ndata: x"u8, "a"u8, "lost", ""u8), Throws.ArgumentException);
        Assert.That(() => Write("5-5\r"u8, "a"u8, "lost", ""u8), Throws.ArgumentException);
        Assert.That(() => Write("5-5\0"u8, "a"u8, "lost", ""u8), Throws.ArgumentException);
        Assert.That(() => Write(new byte[StreamId.TextBytesMax + 1], "a"u8, "lost", ""u8), Throws.ArgumentException);
        Assert.That(() => Write("5-5"u8, "a"u8, new string('x', 33), ""u8), Throws.InstanceOf<ArgumentException>());
    }

    [Test]
    public void A_gap_leaves_no_garbage()
    {
        byte[] frame = new byte[GapFrame.BytesMax];
        byte[] requested = [0xFF, (byte)'"', 0x0A];
        Assert.That(
            Allocations.Of(() => GapFrame.Write(frame, "0-0"u8, "news"u8, "lost", requested, s_oldest, s_newest)),
            Is.Zero);
    }

    private static byte[] Write(ReadOnlySpan<byte> id, ReadOnlySpan<byte> channel, string reason, ReadOnlySpan<byte> requested)
    {
        byte[] room = new byte[GapFrame.BytesMax];
        return room[..GapFrame.Write(room, id, channel, reason, requested, s_oldest, s_newest)];
    }

    /// <summary>What a client finds in the field <c>requested</c>, through the reader and a JSON parser.</summary>
    private static string Requested(ReadOnlySpan<byte> requested)
    {
        byte[] frame = Write("0-0"u8, "news"u8, "unknown", requested);
        Assert.That(SseFrame.Count(frame), Is.EqualTo(1));
        RecordingHandler read = RecordingHandler.Read(GapFrame.BytesMax, frame);
        Assert.That(read.Events, Has.Count.EqualTo(1));
        Assert.That(read.Events[0].Type, Is.EqualTo("rawsse.gap"));
        using JsonDocument data = JsonDocument.Parse(read.Events[0].Data);
        return data.RootElement.GetProperty("requested").GetString()!;
    }
}
