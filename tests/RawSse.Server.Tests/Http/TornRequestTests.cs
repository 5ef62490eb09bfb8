using System.Text;
using RawSse.Server.Hosting;
using RawSse.Server.Shards;
using RawSse.Server.Tests.Shards;

namespace RawSse.Server.Tests.Http;

/// <summary>Publishers of one shard, whose requests come in pieces, each between those of others: what is stored is what each sent.</summary>
public sealed class TornRequestTests
{
    private const int Publishers = 5;

    [Test]
    public void Requests_torn_anywhere_with_others_in_between_are_read_as_they_were_sent([Values(1, 2, 3, 7, 64, 1000)] int piece)
    {
        using var crowd = new Crowd();
        byte[][] requests = [.. Enumerable.Range(0, Publishers).Select(i => Encoding.UTF8.GetBytes(
            string.Concat(Enumerable.Range(0, 4).Select(n => crowd.Request(i, length: (n * 300) + i, isChunked: n % 2 == 1)))))];
        for (int at = 0; at < requests.Max(request => request.Length); at += piece)
        {
            for (int i = 0; i < Publishers; i++)
                crowd.Arrive(i, requests[i].AsSpan(Math.Min(at, requests[i].Length), Math.Clamp(requests[i].Length - at, 0, piece)));
            crowd.Step();
        }
        crowd.AssertAllStored();
    }

    [Test]
    public void Requests_of_more_than_a_turns_bytes_are_read_as_they_were_sent()
    {
        using var crowd = new Crowd();
        for (int i = 0; i < Publishers; i++)
        {
            // Several times what is read from a connection in a turn, and bodies across each border.
            string requests = string.Concat(Enumerable.Range(0, 20).Select(n => crowd.Request(i, length: (n * 1499) + i, isChunked: n % 3 == 0)));
            crowd.Arrive(i, Encoding.UTF8.GetBytes(requests));
        }
        for (int i = 0; i < 200; i++)
            crowd.Step();
        crowd.AssertAllStored();
    }

    [Test]
    public void Pieces_of_any_size_at_any_time_are_read_as_they_were_sent([Values] bool saysDrained)
    {
        int seed = Random.Shared.Next();
        TestContext.Out.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var crowd = new Crowd { Transport = { SaysDrained = saysDrained } };
        byte[][] requests = [.. Enumerable.Range(0, Publishers).Select(i => Encoding.UTF8.GetBytes(
            string.Concat(Enumerable.Range(0, 30).Select(_ => crowd.Request(i, random.Next(random.Next(3) == 0 ? 100_000 : 300), random.Next(2) == 0)))))];
        int[] arrived = new int[Publishers];
        while (Enumerable.Range(0, Publishers).Any(i => arrived[i] < requests[i].Length))
        {
            int i = random.Next(Publishers);
            int piece = Math.Min(random.Next(random.Next(3) switch { 0 => 10, 1 => 5000, _ => 150_000 }), requests[i].Length - arrived[i]);
            crowd.Arrive(i, requests[i].AsSpan(arrived[i], piece));
            arrived[i] += piece;
            if (random.Next(2) == 0)
                crowd.Step();
        }
        for (int i = 0; i < 200; i++)
            crowd.Step();
        crowd.AssertAllStored();
    }

    /// <summary>Each publisher has a channel of its own, and a subscriber that shows what was stored there.</summary>
    private sealed class Crowd : IDisposable
    {
        private readonly Node _node;
        private readonly List<string>[] _expected = [.. Enumerable.Range(0, Publishers).Select(_ => new List<string>())];

        public Crowd()
        {
            _node = NullNode.Make(new RawSseOptions { Shards = 1, Retry = TimeSpan.Zero }, Transport);
            for (int i = 0; i < 10; i++)
                Step();
            for (int i = 0; i < Publishers; i++)
                Transport.Arrive(Publishers + i, Encoding.ASCII.GetBytes($"GET /events/c{i} HTTP/1.1\r\nHost: test\r\n\r\n"));
            for (int i = 0; i < 10; i++)
                Step();
            Assert.That(_node.Shards[0].Metrics.Streams, Is.EqualTo(Publishers));
        }

        public PieceTransport Transport { get; } = new(2 * Publishers);

        public void Step() => _node.Shards[0].Step(0);

        public void Arrive(int publisher, ReadOnlySpan<byte> bytes) => Transport.Arrive(publisher, bytes);

        /// <summary>A publish of so many bytes that no other has.</summary>
        public string Request(int publisher, int length, bool isChunked)
        {
            string mark = $"{publisher}.{_expected[publisher].Count}.";
            var data = new StringBuilder(mark, length + mark.Length);
            while (data.Length < length)
                data.Append(mark);
            _expected[publisher].Add(data.ToString());
            string head = $"POST /events/c{publisher} HTTP/1.1\r\nHost: test\r\n";
            return isChunked
                ? $"{head}Transfer-Encoding: chunked\r\n\r\n3\r\n{data.ToString(0, 3)}\r\n{data.Length - 3:x}\r\n{data.ToString(3, data.Length - 3)}\r\n0\r\n\r\n"
                : $"{head}Content-Length: {data.Length}\r\n\r\n{data}";
        }

        public void AssertAllStored()
        {
            for (int i = 0; i < 20; i++)
                Step();
            for (int i = 0; i < Publishers; i++)
            {
                string[] answers = [.. Transport.SentTo(i).Split("HTTP/1.1 ").Skip(1)];
                Assert.That(answers, Is.All.StartsWith("200 OK\r\n"));
                Assert.That(answers, Has.Length.EqualTo(_expected[i].Count), $"answers to publisher {i}");
                string[] stored = [.. Transport.SentTo(Publishers + i).Split('\n').Where(line => line.StartsWith("data: ", StringComparison.Ordinal))];
                Assert.That(stored.Select(line => line[6..]), Is.EqualTo(_expected[i]));
            }
        }

        public void Dispose()
        {
            _node.Shards[0].CloseAll(CloseReason.Shutdown);
            _node.Feeds[0].Dispose();
            Transport.Dispose();
            Assert.That(_node.Budget.Used, Is.Zero);
        }
    }
}
