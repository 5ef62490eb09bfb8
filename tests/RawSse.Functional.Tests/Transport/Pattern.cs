using System.Net.Sockets;

namespace RawSse.Functional.Tests.Transport;

/// <summary>An endless run of bytes in which each place has its own value, so that loss, doubling and swaps show.</summary>
internal static class Pattern
{
    public static void Fill(Span<byte> bytes, long position, int seed)
    {
        for (int i = 0; i < bytes.Length; i++)
            bytes[i] = At(position + i, seed);
    }

    public static byte At(long position, int seed) => (byte)(((ulong)(position + seed) * 0x9E37_79B9_7F4A_7C15) >> 40);
}

/// <summary>Reads a run in pieces of random sizes and compares each byte.</summary>
internal sealed class PatternReader(Socket client, int seed)
{
    public void Read(long count)
    {
        var random = new Random(seed);
        byte[] buffer = new byte[50_000];
        for (long position = 0; position < count;)
        {
            int received = client.Receive(buffer.AsSpan(0, (int)Math.Min(count - position, random.Next(1, buffer.Length))));
            if (received == 0)
                Assert.Fail($"the stream ended at {position} of {count}");
            for (int i = 0; i < received; i++, position++)
            {
                if (buffer[i] != Pattern.At(position, seed))
                    Assert.Fail($"wrong byte at {position} of {count}, seed {seed}");
            }
        }
    }
}
