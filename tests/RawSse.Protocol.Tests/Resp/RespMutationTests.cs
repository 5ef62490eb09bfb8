using System.Globalization;
using System.Text;
using RawSse.Protocol.Resp;

namespace RawSse.Protocol.Tests.Resp;

/// <summary>
/// Damaged input of every kind: nothing throws, and however it is cut the answer is the same, that of the oracle. Replay a
/// failure with its seed in the environment variable <c>RAWSSE_RESP_SEED</c>.
/// </summary>
internal sealed class RespMutationTests
{
    private const int Rounds = 10_000;

    private static readonly string[] s_splinters =
    [
        "\r\n", "\r", "\n", "\0", "$", "*", "%", "|", ">", "~", "_", "#t\r\n", ":1\r\n", "$-1\r\n", "$0\r\n\r\n", "*1\r\n",
        "*0\r\n", "|1\r\n", "%1\r\n", "=4\r\ntxt:\r\n", "+\r\n", "-", "?", "0", "9", "-1", "99999", "2147483647",
        "9223372036854775807", ",", "(",
    ];

    [Test]
    public void Damaged_values_never_throw_and_are_framed_the_same_however_they_are_cut()
    {
        string? given = Environment.GetEnvironmentVariable("RAWSSE_RESP_SEED");
        int seed = given is null ? Random.Shared.Next() : int.Parse(given, CultureInfo.InvariantCulture);
        TestContext.Out.WriteLine($"seed {seed}; replay with RAWSSE_RESP_SEED={seed}");
        Random random = new(seed);
        byte[][] corpus =
        [
            .. RespCorpus.All.Concat(RespRecordings.All).Where(sample => sample.Text.Length < 500).Select(sample => sample.Bytes),
        ];
        Dictionary<RespStatus, int> seen = [];
        for (int round = 0; round < Rounds; round++)
        {
            byte[] bytes = Mutate(random, corpus);
            RespStatus status = CheckOne(bytes, random, $"seed {seed}, round {round}");
            seen[status] = seen.GetValueOrDefault(status) + 1;
        }

        Assert.That(seen.Values, Has.Count.EqualTo(4).And.All.GreaterThan(Rounds / 200), "what always ends alike shows nothing");
    }

    [FsCheck.NUnit.Property(MaxTest = 1000)]
    public void Any_bytes_are_framed_the_same_however_they_are_cut(byte[] noise, int seed)
    {
        Random random = new(seed);
        CheckOne(noise, random, "noise");
        CheckOne([.. "*2\r\n+"u8, .. noise], random, "noise in a line");
        byte[] header = Encoding.ASCII.GetBytes($"*2\r\n${noise.Length}\r\n");
        CheckOne([.. header, .. noise, .. "\r\n:1\r\n"u8], random, "noise in a bulk");
    }

    private static RespStatus CheckOne(byte[] bytes, Random random, string which)
    {
        string Context() => $"{which}: {Encoding.Latin1.GetString(bytes)}";
        int bytesMax = random.Next(3) == 0 ? random.Next(150) : 2000;
        RespFramer whole = new(bytesMax);
        RespStatus status = whole.Scan(bytes, out int length);
        (RespStatus Status, int Length) torn = FrameTorn(bytes, random, bytesMax);
        Assert.That(torn, Is.EqualTo((status, length)), Context);

        CheckOracle(bytes, bytesMax, (status, length), Context);
        if (status == RespStatus.Done)
            CheckReader(bytes.AsSpan(0, length), Context);
        RespReader stray = new(bytes);
        int reads = 0;
        while (stray.Read())
            reads += stray.Text.Length >= 0 ? 1 : 0;
        Assert.That(reads, Is.LessThanOrEqualTo(bytes.Length), Context);
        RespFramer.ReadAggregateHeader(bytes, out _, out _, out int header);
        Assert.That(header, Is.LessThanOrEqualTo(bytes.Length), Context);
        return status;
    }

    /// <summary>
    /// The oracle knows no bound on bytes: what was too large is in truth longer, or not whole, or goes wrong later on. And it
    /// sees only at the end of a line that the line is wrong.
    /// </summary>
    private static void CheckOracle(byte[] bytes, int bytesMax, (RespStatus Status, int Length) found, Func<string> context)
    {
        (RespStatus Status, int Length) oracle = RespOracle.Frame(bytes);
        if (found.Status == RespStatus.Malformed && oracle.Status == RespStatus.NeedMore)
            oracle = RespOracle.Frame([.. bytes, .. "\r\n"u8]);
        if (found.Status == RespStatus.TooLarge)
            Assert.That(oracle.Status != RespStatus.Done || oracle.Length > bytesMax, Is.True, context);
        else
            Assert.That(found, Is.EqualTo(oracle), context);
    }

    /// <summary>What was framed as one value is one value to the reader, with nothing left.</summary>
    private static void CheckReader(ReadOnlySpan<byte> value, Func<string> context)
    {
        RespReader reader = new([.. value, .. "+end\r\n"u8]);
        Assert.That(reader.Read(), Is.True, context);
        reader.Skip();
        Assert.That(reader.Read() && reader.Text.SequenceEqual("end"u8), Is.True, context);
        Assert.That(reader.Read(), Is.False, context);
    }

    private static (RespStatus Status, int Length) FrameTorn(byte[] bytes, Random random, int bytesMax)
    {
        RespFramer framer = new(bytesMax);
        int step = random.Next(1, 12);
        RespStatus status = RespStatus.NeedMore;
        int length = 0;
        for (int end = 0; status == RespStatus.NeedMore && end < bytes.Length + step; end += random.Next(1, step + 1))
            status = framer.Scan(bytes.AsSpan(0, Math.Min(end, bytes.Length)), out length);
        return (status, length);
    }

    private static byte[] Mutate(Random random, byte[][] corpus)
    {
        List<byte> bytes = [.. corpus[random.Next(corpus.Length)]];
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
                    bytes.InsertRange(at, Encoding.Latin1.GetBytes(s_splinters[random.Next(s_splinters.Length)]));
                    break;
                case 3:
                    bytes.InsertRange(at, bytes.GetRange(at, length));
                    break;
                default:
                    bytes.InsertRange(at, corpus[random.Next(corpus.Length)]);
                    break;
            }
        }

        return [.. bytes];
    }
}
