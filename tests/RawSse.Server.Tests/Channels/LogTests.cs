using RawSse.Protocol.Ids;
using RawSse.Protocol.Sse;
using RawSse.Server.Channels;

namespace RawSse.Server.Tests.Channels;

/// <summary>A log against the simplest model of one: a list of frames and one array of bytes.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class LogTests
{
    private static readonly EventId Before = new(999, 7);

    private readonly MemoryBudget _budget = new(long.MaxValue);
    private readonly SegmentPool _pool;

    public LogTests() => _pool = new SegmentPool(_budget);

    [TestCase(1, 300)]
    [TestCase(2, 3000)]
    [TestCase(3, 100_000)]
    [TestCase(4, 400_000)]
    public void Random_frames_are_read_found_and_cut_as_the_model_says(int seed, int dataBytesMax)
    {
        TestContext.Out.WriteLine($"seed {seed}");
        List<(EventId Id, byte[] Frame)> frames = Frames.Random(new Random(seed), dataBytesMax > 10_000 ? 60 : 800, dataBytesMax);
        Log log = Fill(frames, out byte[] model, out List<long> starts);
        AssertReads(log, model);
        for (int i = 0; i < frames.Count; i++)
        {
            EventId id = frames[i].Id;
            long end = starts[i] + frames[i].Frame.Length;
            Assert.That(log.TryFindAfter(id, out long position) ? position : -1, Is.EqualTo(end));
            Assert.That(log.PositionAbove(id), Is.EqualTo(end));
            Assert.That(log.PositionAbove(id.Previous()), Is.EqualTo(starts[i]));
            bool isHeld = i > 0 ? frames[i - 1].Id == id.Previous() : id.Previous() == Before;
            Assert.That(log.TryFindAfter(id.Previous(), out _), Is.EqualTo(isHeld), "an id that is no event is not found");
        }
        Assert.That(log.TryFindAfter(Before, out long first) ? first : -1, Is.Zero);
        Assert.That(log.TryFindAfter(Before.Previous(), out _), Is.False, "what was before the log is not known");
        Assert.That(log.TryFindAfter(log.LastId.Next(), out _), Is.False);
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public void A_cut_at_every_byte_gives_the_last_event_begun_and_its_rest(int seed)
    {
        TestContext.Out.WriteLine($"seed {seed}");
        List<(EventId Id, byte[] Frame)> frames = Frames.Random(new Random(seed), 120, 400);
        Log log = Fill(frames, out byte[] model, out List<long> starts);
        int place = -1;
        for (int position = 0; position < model.Length; position++)
        {
            bool isBetween = place + 1 < starts.Count && starts[place + 1] == position;
            EventId id = log.CutAt(position, out ReadOnlySpan<byte> rest);
            Assert.That(id, Is.EqualTo(place < 0 ? Before : frames[place].Id), $"at {position}");
            long end = isBetween ? position : starts[place] + frames[place].Frame.Length;
            Assert.That(rest.SequenceEqual(model.AsSpan(position..(int)end)), $"the rest at {position}");
            if (isBetween)
                place++;
        }
    }

    [Test]
    public void Segments_grow_with_the_traffic_and_start_small_again_once_emptied()
    {
        var log = new Log(Before, _pool);
        log.Append(Frames.Make(new EventId(1000, 0), "a"), new EventId(1000, 0));
        Assert.That(log.Bytes, Is.EqualTo(SegmentPool.SegmentBytes));
        foreach ((EventId id, byte[] frame) in Frames.Random(new Random(1), 500, 2000).Skip(1))
            log.Append(frame, id);
        EventId last = log.LastId;
        long head = log.Head;
        log.Trim(head, 0);
        Assert.That((log.Bytes, log.Tail, log.Head, log.TailId, log.LastId), Is.EqualTo((0L, head, head, last, last)));
        _pool.Free();
        Assert.That(_budget.Used, Is.Zero);
        Assert.That(log.TryFindAfter(last, out long position) ? position : -1, Is.EqualTo(head));
        log.Append(Frames.Make(last.Next(), "b"), last.Next());
        Assert.That(log.Bytes, Is.LessThanOrEqualTo(2 * SegmentPool.SegmentBytes));
        Assert.That(log.CutAt(head, out _), Is.EqualTo(last));
        log.Free();
        _pool.Free();
        Assert.That(_budget.Used, Is.Zero);
    }

    [TestCase(1)]
    [TestCase(2)]
    public void Trimming_never_passes_the_low_water_nor_what_is_to_be_kept(int seed)
    {
        var random = new Random(seed);
        TestContext.Out.WriteLine($"seed {seed}");
        List<(EventId Id, byte[] Frame)> frames = Frames.Random(random, 600, 3000);
        var log = new Log(Before, _pool);
        var model = new List<byte>();
        foreach ((EventId id, byte[] frame) in frames)
        {
            log.Append(frame, id);
            model.AddRange(frame);
            long lowWater = log.Tail + random.NextInt64(log.Head - log.Tail + 1);
            long kept = random.Next(20_000);
            long tail = log.Tail;
            log.Trim(lowWater, kept);
            Assert.That(log.Tail, Is.InRange(tail, lowWater));
            Assert.That(log.Tail == tail || log.Head - log.Tail >= kept);
            EventId before = log.TailId;
            Assert.That(log.TryFindAfter(before, out long first) ? first : -1, Is.EqualTo(log.Tail));
            Assert.That(log.Tail == log.Head || log.PositionAbove(before) == log.Tail);
        }
        AssertReads(log, [.. model]);
        log.Free();
        _pool.Free();
        Assert.That(_budget.Used, Is.Zero);
    }

    private Log Fill(List<(EventId Id, byte[] Frame)> frames, out byte[] model, out List<long> starts)
    {
        var log = new Log(Before, _pool);
        var bytes = new List<byte>();
        starts = [];
        foreach ((EventId id, byte[] frame) in frames)
        {
            starts.Add(bytes.Count);
            bytes.AddRange(frame);
            log.Append(frame, id);
        }
        model = [.. bytes];
        return log;
    }

    private static void AssertReads(Log log, byte[] model)
    {
        Assert.That(log.Head, Is.EqualTo(model.Length));
        for (long position = log.Tail; position < log.Head;)
        {
            ReadOnlySpan<byte> bytes = log.Read(position, log.Head);
            Assert.That(bytes.SequenceEqual(model.AsSpan((int)position, bytes.Length)), $"at {position}");
            Assert.That(SseFrame.LastStart(bytes), Is.GreaterThanOrEqualTo(0), "whole frames only");
            position += bytes.Length;
        }
    }
}
