using RawSse.Server.Shards;

namespace RawSse.Server.Tests.Shards;

internal sealed class ByteBufferTests
{
    [TestCase(1)]
    [TestCase(2)]
    public void Random_writes_and_takes_keep_the_bytes_in_order(int seed)
    {
        TestContext.Out.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var buffer = new ByteBuffer();
        var model = new List<byte>();
        for (int i = 0; i < 5000; i++)
        {
            if (random.Next(2) == 0)
            {
                byte[] bytes = new byte[random.Next(random.Next(4) == 0 ? 5000 : 50)];
                random.NextBytes(bytes);
                buffer.Write(bytes);
                model.AddRange(bytes);
            }
            else
            {
                int count = random.Next(model.Count + 1);
                buffer.Consume(count);
                model.RemoveRange(0, count);
            }
            Assert.That(buffer.Written.SequenceEqual(model.ToArray()));
            Assert.That((buffer.Length, buffer.IsEmpty), Is.EqualTo((model.Count, model.Count == 0)));
            if (random.Next(500) != 0)
                continue;
            buffer.Release();
            model.Clear();
        }
    }

    [Test]
    public void Numbers_are_written_as_text()
    {
        var buffer = new ByteBuffer();
        buffer.WriteNumber(long.MaxValue);
        buffer.Write(" "u8);
        buffer.WriteNumber(0);
        Assert.That(buffer.Written.SequenceEqual("9223372036854775807 0"u8));
    }
}
