using System.Text;
using RawSse.Protocol.Ids;
using RawSse.Protocol.Sse;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace RawSse.Protocol.Tests.Sse;

internal sealed class SseFrameTests
{
    private static readonly EventId s_id = new(1795320800660, 0);

    [TestCase("", "hello", "id: 1795320800660-0\ndata: hello\n\n")]
    [TestCase("message", "hello", "id: 1795320800660-0\ndata: hello\n\n")]
    [TestCase("messages", "hello", "id: 1795320800660-0\nevent: messages\ndata: hello\n\n")]
    [TestCase("update", "{\"msg\":\"hello\"}", "id: 1795320800660-0\nevent: update\ndata: {\"msg\":\"hello\"}\n\n")]
    [TestCase(" ", "", "id: 1795320800660-0\nevent:  \ndata: \n\n")]
    [TestCase("", "a\nb\rc\r\nd", "id: 1795320800660-0\ndata: a\ndata: b\ndata: c\ndata: d\n\n")]
    [TestCase("", "\r\n", "id: 1795320800660-0\ndata: \ndata: \n\n")]
    [TestCase("", "\n\r", "id: 1795320800660-0\ndata: \ndata: \ndata: \n\n")]
    public void A_frame_has_the_contracts_exact_bytes(string type, string data, string expected) =>
        Assert.That(Encoding.UTF8.GetString(Write(type, Encoding.UTF8.GetBytes(data))), Is.EqualTo(expected));

    [TestCaseSource(typeof(Payloads), nameof(Payloads.Nasty))]
    public void Nasty_data_is_measured_exactly_and_ends_nowhere_but_at_the_end(Payload payload) =>
        Assert.That(IsWellFormed(s_id, payload), Is.True);

    [Property(Arbitrary = [typeof(Payloads), typeof(Ids.Arbitraries)], MaxTest = 1000)]
    public bool Any_data_is_measured_exactly_and_ends_nowhere_but_at_the_end(EventId id, Payload payload) =>
        IsWellFormed(id, payload);

    [Test]
    public void The_overhead_bounds_are_reached_and_not_passed()
    {
        string type = new('t', EventType.BytesMax);
        Assert.That(Write(type, "x"u8, EventId.Max), Has.Length.EqualTo(SseFrame.OverheadMax + 1));
        Assert.That(Write(type, "x\ny"u8, EventId.Max), Has.Length.EqualTo(SseFrame.OverheadMax + 3 + SseFrame.LineOverheadMax));
    }

    [Test]
    public void A_frame_that_does_not_fit_is_a_bug_of_the_caller()
    {
        int length = SseFrame.Measure(s_id, "t"u8, "a\nb"u8);
        for (int room = 0; room < length; room++)
            Assert.That(() => SseFrame.Write(new byte[room], s_id, "t"u8, "a\nb"u8), Throws.ArgumentException, $"{room} bytes");
        Assert.That(SseFrame.Write(new byte[length], s_id, "t"u8, "a\nb"u8), Is.EqualTo(length));
    }

    [TestCase("a\nid: 9-9")]
    [TestCase("a\r")]
    [TestCase("\n")]
    public void A_type_that_would_forge_a_field_is_a_bug_of_the_caller(string type) =>
        Assert.That(() => Write(type, "x"u8), Throws.ArgumentException);

    [TestCase("id: 5-5\ndata: x\n\n", 8, true)]
    [TestCase("id: 5-5\n", 8, true)]
    [TestCase("id: v1.0,0\n", 11, false)]
    [TestCase("id: \n", 5, false)]
    [TestCase("id: 5-5", -1, false)]
    [TestCase("id:5-5\n", -1, false)]
    [TestCase("data: x\n", -1, false)]
    [TestCase("\nid: 5-5\n", -1, false)]
    [TestCase("", -1, false)]
    public void The_id_line_is_the_first_line(string frame, int length, bool isReadable)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(frame);
        Assert.That(SseFrame.IdLineLength(bytes), Is.EqualTo(length));
        Assert.That(SseFrame.TryReadId(bytes, out EventId id), Is.EqualTo(isReadable));
        Assert.That(id, Is.EqualTo(isReadable ? new EventId(5, 5) : EventId.Zero));
    }

    [Test]
    public void Frames_are_found_wherever_the_run_is_cut()
    {
        List<int> ends = [0];
        List<byte> run = [];
        foreach (Payload payload in Payloads.Nasty)
        {
            run.AddRange(Write("t", payload.Utf8));
            ends.Add(run.Count);
        }

        byte[] frames = [.. run];
        for (int cut = 0; cut <= frames.Length; cut++)
        {
            int whole = ends.FindLastIndex(end => end <= cut);
            ReadOnlySpan<byte> part = frames.AsSpan(0, cut);
            Assert.That(SseFrame.Count(part), Is.EqualTo(whole), $"cut at {cut}");
            Assert.That(SseFrame.FirstLength(part), Is.EqualTo(whole > 0 ? ends[1] : -1), $"cut at {cut}");
            Assert.That(SseFrame.LastStart(part), Is.EqualTo(whole > 0 ? ends[whole - 1] : -1), $"cut at {cut}");
        }

        for (int i = 0; i < ends.Count - 1; i++)
            Assert.That(SseFrame.FirstLength(frames.AsSpan(ends[i])), Is.EqualTo(ends[i + 1] - ends[i]));
    }

    [Test]
    public void Counting_sees_an_end_at_every_place_of_a_vector()
    {
        for (int length = 2; length <= 140; length++)
        {
            for (int at = 0; at + 1 < length; at++)
            {
                byte[] bytes = Encoding.ASCII.GetBytes(new string('x', length));
                bytes[at] = (byte)'\n';
                Assert.That(SseFrame.Count(bytes), Is.Zero, $"{at} of {length}");
                bytes[at + 1] = (byte)'\n';
                Assert.That(SseFrame.Count(bytes), Is.EqualTo(1), $"{at} of {length}");
            }
        }
    }

    [Test]
    public void The_largest_data_is_measured_exactly()
    {
        Payload payload = Payloads.OfBytes(256 << 10, seed: 1);
        Assert.That(payload.Utf8, Has.Length.EqualTo(256 << 10));
        Assert.That(IsWellFormed(s_id, payload), Is.True);
    }

    [Test]
    public void Writing_and_finding_frames_leave_no_garbage()
    {
        byte[] data = Payloads.OfBytes(1000, seed: 2).Utf8;
        byte[] frame = new byte[SseFrame.Measure(s_id, "update"u8, data)];
        int found = 0;
        long allocated = Allocations.Of(() =>
        {
            int length = SseFrame.Measure(s_id, "update"u8, data);
            length -= SseFrame.Write(frame, s_id, "update"u8, data);
            bool isRead = SseFrame.TryReadId(frame, out _);
            found = length + SseFrame.Count(frame) + SseFrame.FirstLength(frame) + SseFrame.LastStart(frame) + (isRead ? 1 : 0);
        });
        Assert.That(found, Is.EqualTo(frame.Length + 2));
        Assert.That(allocated, Is.Zero);
    }

    private static bool IsWellFormed(EventId id, Payload payload)
    {
        byte[] frame = Write("update", payload.Utf8, id);
        return frame.Length == SseFrame.Measure(id, "update"u8, payload.Utf8)
            && frame.AsSpan().IndexOf("\n\n"u8) == frame.Length - 2
            && !frame.AsSpan().Contains((byte)'\r')
            && SseFrame.Count(frame) == 1
            && SseFrame.FirstLength(frame) == frame.Length
            && SseFrame.LastStart(frame) == 0
            && SseFrame.IdLineLength(frame) == id.MeasureText() + 5
            && SseFrame.TryReadId(frame, out EventId read)
            && read == id;
    }

    /// <summary>Writes into a room larger than needed, so that a wrong measure shows.</summary>
    private static byte[] Write(string type, ReadOnlySpan<byte> data, EventId? id = null)
    {
        byte[] room = new byte[SseFrame.OverheadMax + (data.Length * (1 + SseFrame.LineOverheadMax))];
        return room[..SseFrame.Write(room, id ?? s_id, Encoding.UTF8.GetBytes(type), data)];
    }
}
