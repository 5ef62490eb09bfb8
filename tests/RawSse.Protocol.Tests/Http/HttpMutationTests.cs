using System.Globalization;
using System.Text;

namespace RawSse.Protocol.Tests.Http;

/// <summary>
/// Damaged input of every kind: nothing throws, and however it is cut the answer is the same. Replay a failure with its seed in
/// the environment variable <c>RAWSSE_HTTP_SEED</c>.
/// </summary>
public sealed class HttpMutationTests
{
    private const int Rounds = 4_000;

    private static readonly string[] Splinters =
    [
        "\r\n", "\r", "\n", "\0", " ", "\t", ":", ";", ",", "?", "#", "*", "\xFF", "\x7F", "\r\n\r\n", "\r\n ", "0\r\n\r\n", "5\r\n",
        "Content-Length: 5\r\n", "Transfer-Encoding: chunked\r\n", "Host: b\r\n", "Expect: 100-continue\r\n",
        " HTTP/1.1\r\n", "GET / ", "http://a", "a%2",
    ];

    [Test]
    public void Damaged_input_never_throws_and_gives_the_same_however_it_is_cut()
    {
        string? given = Environment.GetEnvironmentVariable("RAWSSE_HTTP_SEED");
        int seed = given is null ? Random.Shared.Next() : int.Parse(given, CultureInfo.InvariantCulture);
        TestContext.Out.WriteLine($"seed {seed}; replay with RAWSSE_HTTP_SEED={seed}");
        Random random = new(seed);
        byte[][] corpus = [.. HttpCorpus.All.Select(sample => sample.Bytes)];
        HashSet<string> answers = [];
        for (int round = 0; round < Rounds; round++)
            answers.Add(CheckOne(Mutate(random, corpus), random, $"seed {seed}, round {round}"));
        Assert.That(answers, Has.Count.GreaterThan(10), "mutations that all end the same way would show nothing");
    }

    [FsCheck.NUnit.Property(MaxTest = 500)]
    public void Any_bytes_give_the_same_however_they_are_cut(byte[] noise, byte[] more, int seed)
    {
        byte[] asField = [.. Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: a\r\nX: "), .. noise, .. "\r\n"u8, .. more];
        CheckOne(noise, new Random(seed), "noise");
        CheckOne(asField, new Random(seed), "noise in a field");
    }

    private static string CheckOne(byte[] input, Random random, string which)
    {
        HttpConversation whole = HttpConversation.Whole(input);
        int[] cuts = [.. Enumerable.Range(1, input.Length).Where(_ => random.Next(8) == 0)];
        int[] each = [.. Enumerable.Range(1, input.Length)];
        bool isSame = HttpConversation.Cut(input, cuts, segmented: false).Transcript == whole.Transcript
            && HttpConversation.Cut(input, cuts, segmented: true).Transcript == whole.Transcript
            && HttpConversation.Cut(input, each, segmented: random.Next(2) == 0).Transcript == whole.Transcript;
        Assert.That(isSame, Is.True, () => $"{which}: {Encoding.Latin1.GetString(input)}");
        return whole.Rejection.ToString();
    }

    private static byte[] Mutate(Random random, byte[][] corpus)
    {
        List<byte> bytes = [.. corpus[random.Next(corpus.Length)]];
        if (bytes.Count > 700)
            bytes.RemoveRange(200, bytes.Count - 400);
        for (int i = random.Next(1, 4); i > 0; i--)
        {
            int at = random.Next(bytes.Count + 1);
            int length = Math.Min(random.Next(1, 12), bytes.Count - at);
            switch (random.Next(5))
            {
                case 0 when length > 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.RemoveRange(at, length);
                    break;
                case 2:
                    bytes.InsertRange(at, Encoding.Latin1.GetBytes(Splinters[random.Next(Splinters.Length)]));
                    break;
                case 3:
                    bytes.InsertRange(at, bytes.GetRange(at, length));
                    break;
                default:
                    bytes.AddRange(corpus[random.Next(corpus.Length)].Take(300));
                    break;
            }
        }

        return [.. bytes];
    }
}
