using System.Text;
using RawSse.Bench.Load;
using RawSse.Bench.Load.Fleet;

namespace RawSse.Bench.Tests.Load;

/// <summary>Numbers, chunks and events are found whatever the cuts between two reads.</summary>
public sealed class EventMarkerTests
{
    private static readonly int[] s_numbers = [0, 1, 12_345_678, 99_999_999];

    private static byte[] Body => Encoding.ASCII.GetBytes(
        ": hello\n\nretry: 3000\n\n" + string.Concat(s_numbers.Select(number => $"id: 17-{number}\nevent: update\ndata: {Data(number)}\n\n")));

    [Test]
    public void A_number_is_found_wherever_a_read_ends()
    {
        byte[] body = Body;
        for (int cut = 0; cut <= body.Length; cut++) Assert.That(Numbers(body, cut), Is.EqualTo(s_numbers), $"cut at {cut}");
    }

    [Test]
    public void A_number_is_found_in_bytes_that_come_one_by_one()
    {
        var stream = default(StreamState);
        List<int> found = [];
        foreach (byte next in Body)
        {
            ReadOnlySpan<byte> bytes = [next];
            while (EventMarker.TryRead(ref stream, ref bytes, out int number)) found.Add(number);
        }
        Assert.That(found, Is.EqualTo(s_numbers));
    }

    [Test]
    public void Chunks_are_taken_off_wherever_a_read_ends()
    {
        byte[] body = Body;
        for (int size = 1; size < 40; size += 13)
        {
            byte[] chunked = Chunked(body, size);
            for (int cut = 0; cut <= chunked.Length; cut++)
                Assert.That(Unchunked(chunked, cut), Is.EqualTo(body), $"chunks of {size}, cut at {cut}");
        }
    }

    [Test]
    public void A_body_that_is_not_chunked_is_passed_on()
    {
        var state = new ChunkState(isChunked: false);
        ReadOnlySpan<byte> bytes = "5\r\nhello"u8;
        Assert.That(state.TryRead(ref bytes, out ReadOnlySpan<byte> content), Is.True);
        Assert.That(content.ToArray(), Is.EqualTo("5\r\nhello"u8.ToArray()));
        Assert.That(state.TryRead(ref bytes, out _), Is.False);
    }

    [TestCase(": comment\n\n", 0)]
    [TestCase("id: 1\n\n", 0)]
    [TestCase("data: a\n", 0)]
    [TestCase("data: a\n\n", 1)]
    [TestCase("data\n\n", 1)]
    [TestCase("data:\r\n\r\n", 1)]
    [TestCase("data: a\rdata: b\r\rdata: c\r\r", 2)]
    [TestCase("database: a\n\nDATA: a\n\n", 0)]
    [TestCase("data: a\ndata: data: b\n\n\n\nid: 2\ndata: c\n\n", 2)]
    public void Events_are_counted_as_a_browser_fires_them_wherever_a_read_ends(string body, int events)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(body);
        for (int cut = 0; cut <= bytes.Length; cut++)
        {
            var counter = default(EventCounter);
            int found = counter.Count(bytes.AsSpan(0, cut));
            found += counter.Count(bytes.AsSpan(cut));
            Assert.That(found, Is.EqualTo(events), $"cut at {cut}");
        }
    }

    private static string Data(int number)
    {
        byte[] data = EventMarker.Data(EventMarker.DataBytesMin + 3);
        EventMarker.Stamp(data, number);
        return Encoding.ASCII.GetString(data);
    }

    private static List<int> Numbers(byte[] body, int cut)
    {
        var stream = default(StreamState);
        List<int> found = [];
        foreach (byte[] part in (byte[][])[body[..cut], body[cut..]])
        {
            ReadOnlySpan<byte> bytes = part;
            while (EventMarker.TryRead(ref stream, ref bytes, out int number)) found.Add(number);
        }
        return found;
    }

    private static byte[] Chunked(byte[] body, int size) => [
        .. body.Chunk(size).SelectMany(chunk => (byte[])[.. Encoding.ASCII.GetBytes($"{chunk.Length:x};ext=1\r\n"), .. chunk, .. "\r\n"u8]),
        .. "0\r\n\r\n"u8];

    private static byte[] Unchunked(byte[] chunked, int cut)
    {
        var state = new ChunkState(isChunked: true);
        List<byte> found = [];
        foreach (byte[] part in (byte[][])[chunked[..cut], chunked[cut..]])
        {
            ReadOnlySpan<byte> bytes = part;
            while (state.TryRead(ref bytes, out ReadOnlySpan<byte> content)) found.AddRange(content);
        }
        return [.. found];
    }
}
