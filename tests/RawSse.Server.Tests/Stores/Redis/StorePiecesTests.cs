using System.Text;
using RawSse.Protocol.Ids;
using RawSse.Protocol.Resp;
using RawSse.Server.Stores;
using RawSse.Server.Stores.Redis;

namespace RawSse.Server.Tests.Stores.Redis;

/// <summary>The pieces of the Redis store that need no Redis.</summary>
internal sealed class StorePiecesTests
{
    [TestCase("*2\r\n$3\r\n5-1\r\n*4\r\n$4\r\ntype\r\n$1\r\nt\r\n$4\r\ndata\r\n$2\r\na\n\r\n", "t", "a\n", null)]
    [TestCase("*2\r\n$3\r\n5-1\r\n*2\r\n$4\r\ndata\r\n$0\r\n\r\n", "", "", null)]
    [TestCase("*2\r\n$3\r\n5-1\r\n*2\r\n$4\r\nDATA\r\n$1\r\na\r\n", "", "", "it has no field data")]
    [TestCase("*2\r\n$3\r\n5-1\r\n*4\r\n$4\r\ntype\r\n$1\r\n\n\r\n$4\r\ndata\r\n$1\r\na\r\n", "\n", "a", "its type cannot be one")]
    [TestCase("*2\r\n$3\r\n5-1\r\n*2\r\n$4\r\ndata\r\n$30\r\n012345678901234567890123456789\r\n", "", "012345678901234567890123456789", "it is larger than --max-event-bytes")]
    public void An_entry_is_read_and_judged(string element, string type, string data, string? problem)
    {
        Assert.That(StoredEntry.TryRead(Encoding.UTF8.GetBytes(element), 36, out StoredEntry entry));
        Assert.That(entry.Id, Is.EqualTo(new EventId(5, 1)));
        Assert.That(Encoding.UTF8.GetString(entry.Type), Is.EqualTo(type));
        Assert.That(Encoding.UTF8.GetString(entry.Data), Is.EqualTo(data));
        Assert.That(entry.Problem, Is.EqualTo(problem));
        Assert.That(entry.FrameLength > 0, Is.EqualTo(problem is null));
    }

    [TestCase("")]
    [TestCase("_\r\n")]
    [TestCase("$3\r\n5-1\r\n")]
    [TestCase("*2\r\n$3\r\nx-1\r\n*0\r\n")]
    [TestCase("*3\r\n$3\r\n5-1\r\n*0\r\n*0\r\n")]
    public void What_is_no_entry_is_none(string element) =>
        Assert.That(StoredEntry.TryRead(Encoding.UTF8.GetBytes(element), 30, out _), Is.False);

    [Test]
    public void An_extent_is_read_and_a_count_that_Redis_does_not_keep_is_the_largest()
    {
        Assert.That(Extent("*0\r\n"), Is.EqualTo(default(StreamExtent)));
        Assert.That(
            Extent("*5\r\n$3\r\n1-0\r\n$3\r\n9-0\r\n:3\r\n:7\r\n$3\r\n5-0\r\n"),
            Is.EqualTo(new StreamExtent(true, new EventId(1, 0), new EventId(9, 0), 3, 7, new EventId(5, 0))));
        Assert.That(Extent("*5\r\n$3\r\n0-0\r\n$3\r\n9-0\r\n:0\r\n:-1\r\n$3\r\n0-0\r\n").EntriesAdded, Is.EqualTo(long.MaxValue));
    }

    [TestCase("123456789", 12739)]
    [TestCase("foo", 12182)]
    [TestCase("", 0)]
    public void The_slot_is_that_of_the_cluster_specification(string tag, int slot) =>
        Assert.That(ClusterMap.SlotOf(Encoding.ASCII.GetBytes(tag)), Is.EqualTo(slot));

    [Test]
    public async Task Nodes_of_a_cluster_are_asked_in_turn_and_those_of_the_URL_are_not_forgotten()
    {
        RedisEndpoint[] seeds = [new("a", 1), new("b", 2)];
        var locator = new ClusterSeeds(seeds);
        Assert.That(await locator.LocateAsync(default), Is.EqualTo(seeds[0]));
        Assert.That(await locator.LocateAsync(default), Is.EqualTo(seeds[1]));
        Assert.That(await locator.LocateAsync(default), Is.EqualTo(seeds[0]));
        locator.Learn([seeds[1], new("c", 3)]);
        var found = new HashSet<RedisEndpoint>();
        for (int i = 0; i < 3; i++)
            found.Add(await locator.LocateAsync(default));
        Assert.That(found, Is.EquivalentTo([.. seeds, new RedisEndpoint("c", 3)]));
    }

    [Test]
    public void A_read_asks_for_about_a_page_whatever_the_size_of_entries()
    {
        var average = new EntryAverage();
        Assert.That(average.EntriesPerRead, Is.EqualTo(256));
        for (int i = 0; i < 100; i++)
            average.Add(100, 100 * 1024);
        Assert.That(average.EntriesPerRead, Is.InRange(60, 70));
        for (int i = 0; i < 100; i++)
            average.Add(10, 300);
        Assert.That(average.EntriesPerRead, Is.EqualTo(1000));
        for (int i = 0; i < 100; i++)
            average.Add(4, 4 << 20);
        Assert.That(average.EntriesPerRead, Is.EqualTo(4));
        average.Add(0, 0);
        Assert.That(average.EntriesPerRead, Is.EqualTo(4));
    }

    [Test]
    public void One_line_a_second_passes_and_says_how_many_did_not()
    {
        var clock = new StepClock();
        var throttle = new NoteThrottle(clock);
        Assert.That((throttle.MayWrite(out long left), left), Is.EqualTo((true, 0L)));
        Assert.That(throttle.MayWrite(out _), Is.False);
        Assert.That(throttle.MayWrite(out _), Is.False);
        clock.Now += TimeSpan.FromSeconds(1);
        Assert.That((throttle.MayWrite(out left), left), Is.EqualTo((true, 2L)));
        clock.Now += TimeSpan.FromSeconds(1);
        Assert.That((throttle.MayWrite(out left), left), Is.EqualTo((true, 0L)));
    }

    private static StreamExtent Extent(string reply)
    {
        var reader = new RespReader(Encoding.ASCII.GetBytes(reply));
        reader.Read();
        Assert.That(ExtentReader.TryRead(ref reader, out StreamExtent extent));
        return extent;
    }

    private sealed class StepClock : TimeProvider
    {
        public TimeSpan Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }
}
