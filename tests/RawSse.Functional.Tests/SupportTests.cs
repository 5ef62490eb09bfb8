using System.Text;
using RawSse.Functional.Tests.Support;

namespace RawSse.Functional.Tests;

/// <summary>The detectors are trusted after they have been seen to detect.</summary>
[TestFixture]
public sealed class SupportTests
{
    private const string Stream = ": hi\nretry: 3000\n\nid: 0-0\n\nid: 1-0\nevent: t\ndata: a\ndata:  b\n\n:\n\nid: 2-0\ndata\n\nid: 3-0\ndata: cut";

    [TestCase("\n")]
    [TestCase("\r")]
    [TestCase("\r\n")]
    public void The_parser_reads_a_stream_cut_anywhere_alike(string lineEnd)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(Stream.Replace("\n", lineEnd, StringComparison.Ordinal));
        for (int cut = 0; cut <= bytes.Length; cut++)
        {
            var parser = new SseParser();
            parser.Feed(bytes.AsSpan(0, cut));
            parser.Feed(bytes.AsSpan(cut));
            Assert.That(parser.Items, Is.EqualTo(new SseItem[]
            {
                new(SseItemKind.Comment, "", null, "hi"),
                new(SseItemKind.Retry, "", null, "3000"),
                new(SseItemKind.Position, "0-0", null, ""),
                new(SseItemKind.Event, "1-0", "t", "a\n b"),
                new(SseItemKind.Comment, "1-0", null, ""),
                new(SseItemKind.Event, "2-0", null, ""),
            }));
            Assert.That(parser.LastEventId, Is.EqualTo("2-0"), "a block that was cut does not count");
            Assert.That(parser.FirstId, Is.EqualTo("0-0"));
        }
    }

    [Test]
    public void The_clock_fires_timers_when_it_is_advanced_past_them()
    {
        var clock = new ManualClock();
        Task late = Task.Delay(TimeSpan.FromSeconds(10), clock);
        clock.Advance(TimeSpan.FromSeconds(9));
        Assert.That(late.IsCompleted, Is.False);
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.That(late.IsCompletedSuccessfully, Is.True);
        DateTimeOffset now = clock.GetUtcNow();
        long timestamp = clock.GetTimestamp();
        clock.StepWallBack(TimeSpan.FromHours(1));
        Assert.That(clock.GetUtcNow(), Is.EqualTo(now.AddHours(-1)));
        Assert.That(clock.GetTimestamp(), Is.EqualTo(timestamp), "only wall time steps back");
    }

    [Test]
    public void A_gap_is_read_with_all_its_members()
    {
        const string Whole = """{"channel":"a","reason":"ahead","requested":"9-0","oldest":"1-0","newest":"2-0"}""";
        Assert.That(Gap.Of(new(SseItemKind.Event, "2-0", "rawsse.gap", Whole)),
            Is.EqualTo(new Gap("2-0", "a", "ahead", "9-0", "1-0", "2-0")));
    }

    [Test]
    public void Ids_are_compared_as_numbers()
    {
        Assert.That(new[] { "9-10", "10-0", "9-9" }.OrderBy(EventId.Parse), Is.EqualTo(new[] { "9-9", "9-10", "10-0" }));
    }
}
