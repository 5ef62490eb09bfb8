using System.Net.ServerSentEvents;
using System.Text;
using RawSse.Protocol.Ids;
using RawSse.Protocol.Sse;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace RawSse.Protocol.Tests.Sse;

internal sealed class SseReaderTests
{
    private const int BytesMax = 1 << 20;

    [TestCaseSource(typeof(SseStreams), nameof(SseStreams.All))]
    public void A_stream_is_read_the_same_in_every_cut(SseStream stream)
    {
        ReadOnlyMemory<byte> bytes = stream.Bytes;
        Assert.That(RecordingHandler.Read(BytesMax, bytes).Calls, Is.EqualTo(stream.Calls), "whole");
        Assert.That(RecordingHandler.Read(BytesMax, EachByte(bytes)).Calls, Is.EqualTo(stream.Calls), "byte by byte");
        for (int first = 0; first <= bytes.Length; first++)
        {
            for (int second = first; second <= bytes.Length; second++)
            {
                Assert.That(
                    RecordingHandler.Read(BytesMax, bytes[..first], bytes[first..second], bytes[second..]).Calls,
                    Is.EqualTo(stream.Calls),
                    $"cut at {first} and {second}");
            }
        }
    }

    [TestCaseSource(typeof(Payloads), nameof(Payloads.Nasty))]
    public void Nasty_data_arrives_in_every_cut(Payload payload)
    {
        ReadOnlyMemory<byte> stream = Frame(new EventId(5, 1), "update", payload);
        for (int cut = 0; cut <= stream.Length; cut++)
            AssertArrived(RecordingHandler.Read(BytesMax, stream[..cut], stream[cut..]), payload, $"cut at {cut}");
        AssertArrived(RecordingHandler.Read(BytesMax, EachByte(stream)), payload, "byte by byte");
    }

    [Test]
    public void The_largest_data_arrives([Range(1, 20)] int seed)
    {
        Payload payload = Payloads.OfBytes(256 << 10, seed);
        ReadOnlyMemory<byte> stream = Frame(new EventId(5, 1), "update", payload);
        int cut = new Random(seed).Next(stream.Length);
        AssertArrived(RecordingHandler.Read(BytesMax, stream[..cut], stream[cut..]), payload, $"cut at {cut}");
        AssertArrived(RecordingHandler.Read(BytesMax, Chunks(stream, 1 + (seed * 137))), payload, "in chunks");
        AssertArrived(RecordingHandler.Read(stream.Length, EachByte(stream)), payload, "byte by byte");
    }

    /// <summary>
    /// .NET's own reader is the second opinion, but for one thing: it keeps the type of a block without data for the next
    /// one, where the standard resets it. So blocks name no type here.
    /// </summary>
    [Property(Arbitrary = [typeof(Payloads)], MaxTest = 2000)]
    public void Any_bytes_are_read_as_the_platforms_parser_reads_them(Payload a, Payload b, Payload c)
    {
        byte[] bytes = [.. a.Utf8, .. "\n\n"u8, .. b.Utf8, .. "\n"u8, .. c.Utf8, .. "\n\n"u8];
        bytes.AsSpan().Replace((byte)'v', (byte)'w');
        ReadBoth(bytes, out string ours, out string theirs);
        Assert.That(ours, Is.EqualTo(theirs));
    }

    [Property(Arbitrary = [typeof(Payloads), typeof(Ids.Arbitraries)], MaxTest = 1000)]
    public bool Any_events_that_are_written_are_read_by_both_parsers(EventId id, Payload first, Payload second)
    {
        byte[] stream = [.. Frame(id, "message", first), .. Frame(id.Next(), "update", second)];
        List<(string Type, byte[] Data, string Id)> events = RecordingHandler.Read(BytesMax, stream).Events;
        return events.Count == 2
            && events[0].Type == "message"
            && events[0].Id == id.ToString()
            && events[0].Data.AsSpan().SequenceEqual(first.Normalised)
            && events[1].Type == "update"
            && events[1].Id == id.Next().ToString()
            && events[1].Data.AsSpan().SequenceEqual(second.Normalised)
            && ReadBoth(stream, out _, out _);
    }

    [Property(Arbitrary = [typeof(Payloads)], MaxTest = 1000)]
    public bool Any_bytes_are_read_the_same_in_any_cut(Payload payload, ushort firstCut, ushort secondCut)
    {
        ReadOnlyMemory<byte> bytes = payload.Utf8;
        int first = firstCut % (bytes.Length + 1);
        int second = first + (secondCut % (bytes.Length - first + 1));
        List<string> whole = RecordingHandler.Read(BytesMax, bytes).Calls;
        return whole.SequenceEqual(RecordingHandler.Read(BytesMax, bytes[..first], bytes[first..second], bytes[second..]).Calls)
            && whole.SequenceEqual(RecordingHandler.Read(BytesMax, EachByte(bytes)).Calls);
    }

    [TestCase("data: 78901\n\n", 11, 1)]
    [TestCase("data: 789012\n\n", 11, 0)]
    [TestCase("data: 789012", 11, 0)]
    [TestCase(":0123456789\n", 11, 0)]
    [TestCase(":01234567890\n", 11, 0)]
    [TestCase("data:1\n\ndata:12345\ndata:12345\n\n", 11, 2)]
    [TestCase("data:1\n\ndata:12345\ndata:123456\n\n", 11, 1)]
    [TestCase("data:1\n\ndata:12345\ndata:12345\ndata\n\n", 11, 1)]
    public void What_is_longer_than_the_bound_fails_in_every_cut(string text, int bytesMax, int events)
    {
        ReadOnlyMemory<byte> bytes = Encoding.ASCII.GetBytes(text);
        (int Events, bool Failed) whole = ReadBounded(bytesMax, [bytes]);
        Assert.That(whole.Events, Is.EqualTo(events));
        Assert.That(ReadBounded(bytesMax, EachByte(bytes)), Is.EqualTo(whole));
        for (int cut = 0; cut <= bytes.Length; cut++)
            Assert.That(ReadBounded(bytesMax, [bytes[..cut], bytes[cut..]]), Is.EqualTo(whole), $"cut at {cut}");
    }

    [Test]
    public void A_reader_that_failed_stays_failed()
    {
        SseReader reader = new(5);
        Assert.That(() => reader.Push("data: too long"u8, new RecordingHandler()), Throws.TypeOf<InvalidDataException>());
        Assert.That(() => reader.Push("\n\n"u8, new RecordingHandler()), Throws.TypeOf<InvalidDataException>());
        Assert.That(() => new SseReader(0), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Reading_leaves_no_garbage()
    {
        byte[] stream = [.. Frame(new EventId(5, 1), "update", Payloads.Nasty[^1]), .. ": c\nretry: 5\n\nid: 5-2\n\n"u8];
        SseReader reader = new(BytesMax);
        CountingHandler handler = new();
        int[] cuts = [3, 17, 40];
        long allocated = Allocations.Of(() =>
        {
            foreach (int cut in cuts)
            {
                reader.Push(stream.AsSpan(0, cut), handler);
                reader.Push(stream.AsSpan(cut), handler);
            }
        });
        Assert.That(handler.Events, Is.EqualTo(reader.EventsRead).And.EqualTo(603));
        Assert.That(allocated, Is.Zero);
    }

    private static void AssertArrived(RecordingHandler read, Payload payload, string how)
    {
        Assert.That(read.Events, Has.Count.EqualTo(1), how);
        Assert.That(read.Events[0].Type, Is.EqualTo("update"), how);
        Assert.That(read.Events[0].Id, Is.EqualTo("5-1"), how);
        Assert.That(read.Events[0].Data.AsSpan().SequenceEqual(payload.Normalised), Is.True, how);
    }

    private static bool ReadBoth(byte[] bytes, out string ours, out string theirs)
    {
        using MemoryStream stream = new(bytes);
        var parser = SseParser.Create(stream, static (type, data) => $"{type} <{Encoding.UTF8.GetString(data)}>");
        List<string> events = [];
        foreach (SseItem<string> item in parser.Enumerate())
            events.Add($"{item.Data} id {parser.LastEventId}");
        theirs = string.Join('|', events);
        ours = string.Join('|', RecordingHandler.Read(BytesMax, bytes).Events.Select(
            read => $"{read.Type} <{Encoding.UTF8.GetString(read.Data)}> id {read.Id}"));
        return ours == theirs;
    }

    private static (int Events, bool Failed) ReadBounded(int bytesMax, IEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        CountingHandler handler = new();
        SseReader reader = new(bytesMax);
        try
        {
            foreach (ReadOnlyMemory<byte> piece in pieces)
                reader.Push(piece.Span, handler);
            return (handler.Events, false);
        }
        catch (InvalidDataException)
        {
            return (handler.Events, true);
        }
    }

    private static byte[] Frame(EventId id, string type, Payload payload)
    {
        byte[] frame = new byte[SseFrame.Measure(id, Encoding.UTF8.GetBytes(type), payload.Utf8)];
        SseFrame.Write(frame, id, Encoding.UTF8.GetBytes(type), payload.Utf8);
        return frame;
    }

    private static IEnumerable<ReadOnlyMemory<byte>> EachByte(ReadOnlyMemory<byte> bytes) => Chunks(bytes, 1);

    private static IEnumerable<ReadOnlyMemory<byte>> Chunks(ReadOnlyMemory<byte> bytes, int length)
    {
        for (int at = 0; at < bytes.Length; at += length)
            yield return bytes.Slice(at, Math.Min(length, bytes.Length - at));
    }

    private sealed class CountingHandler : ISseHandler
    {
        public int Events { get; private set; }

        public void OnEvent(ReadOnlySpan<byte> type, ReadOnlySpan<byte> data, ReadOnlySpan<byte> lastEventId) => Events++;

        public void OnRetry(long ms)
        {
        }

        public void OnComment(ReadOnlySpan<byte> text)
        {
        }

        public void OnIdOnly(ReadOnlySpan<byte> lastEventId)
        {
        }
    }
}
