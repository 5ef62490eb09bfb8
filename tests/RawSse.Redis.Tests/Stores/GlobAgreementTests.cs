using System.Text;
using RawSse.Redis.Tests.Support;
using RawSse.Server.Stores.Redis;

namespace RawSse.Redis.Tests.Stores;

/// <summary>
/// A glob matches for the node what it matches for Redis: KEYS and PSUBSCRIBE ask the same function of Redis.
/// </summary>
[Parallelizable(ParallelScope.Self)]
public sealed class GlobAgreementTests
{
    private const int TextsCount = 400;
    private const int GlobsCount = 4000;

    [Test]
    public async Task Random_globs_match_the_same_names_as_in_Redis()
    {
        var random = new Random(Seed.Take());
        await using RedisServerProcess redis = await RedisServerProcess.StartAsync();
        using RespClient client = await redis.ConnectAsync();
        // Few different bytes, so that much matches; the last ones show whether bytes have a sign.
        byte[][] texts = [.. Enumerable.Range(0, TextsCount).Select(_ => Bytes(random, @"aabbc-]^\*"u8, 0x80, 7)).Where(text => text.Length > 0)];
        foreach (byte[] text in texts)
            await client.AskAsync("SET", text, "");
        int matches = 0;
        for (int i = 0; i < GlobsCount; i++)
        {
            byte[] glob = Bytes(random, @"ab**??[[]]^-\c"u8, 0xC3, 10);
            var expected = (await client.AskAsync("KEYS", glob)).Items!.Select(key => Convert.ToHexString(key.Bytes!)).ToHashSet();
            var pattern = new GlobPattern(glob);
            var found = texts.Where(text => pattern.IsMatch(text)).Select(Convert.ToHexString).ToHashSet();
            Assert.That(found, Is.EquivalentTo(expected), $"glob {Convert.ToHexString(glob)} {Encoding.Latin1.GetString(glob)}");
            matches += found.Count;
        }
        Assert.That(matches, Is.GreaterThan(GlobsCount), "the globs match too little to show anything");
    }

    [Test]
    public async Task A_pattern_subscription_hears_the_channels_that_its_glob_matches_and_no_others()
    {
        await using RedisServerProcess redis = await RedisServerProcess.StartAsync();
        using RespClient publisher = await redis.ConnectAsync();
        string[] channels = ["user:42", "user:", "user", "a-b", "a*", "ab", "}", "x]", "日本"];
        foreach (var keys in (RedisKeys[])[new("sse:", false, 0), new("sse:", true, 0), new("a*[b-c]^?\\:", true, 3)])
        {
            foreach (string glob in (string[])["user:*", "*", "a?", @"a\*", "[a-u]?*", "[^a]*", "a[\\-b]*", "日*"])
            {
                using RespClient subscriber = await redis.ConnectAsync();
                await subscriber.AskAsync("PSUBSCRIBE", keys.PubSubPattern(Encoding.UTF8.GetBytes(glob)));
                var pattern = new GlobPattern(Encoding.UTF8.GetBytes(glob));
                foreach (string channel in channels)
                {
                    byte[] name = keys.PubSubChannel(Encoding.UTF8.GetBytes(channel), new byte[RedisKeys.BytesMax]).ToArray();
                    long heard = (await publisher.AskAsync("PUBLISH", name, "x")).Number;
                    Assert.That(heard, Is.EqualTo(pattern.IsMatch(Encoding.UTF8.GetBytes(channel)) ? 1 : 0), $"{glob} {channel}");
                }
                await subscriber.SendAsync("PUNSUBSCRIBE");
                await EndAsync(subscriber);
            }
        }
    }

    /// <summary>Reads on until the subscription has ended: the next publish must not be heard by it.</summary>
    private static async Task EndAsync(RespClient subscriber)
    {
        while ((await subscriber.ReadAsync()) is var reply && reply[0].Text != "punsubscribe")
            Assert.That(reply[0].Text, Is.EqualTo("pmessage"));
    }

    private static byte[] Bytes(Random random, ReadOnlySpan<byte> usual, byte unusual, int lengthMax)
    {
        byte[] bytes = new byte[random.Next(lengthMax + 1)];
        foreach (ref byte value in bytes.AsSpan())
            value = random.Next(20) == 0 ? (byte)(unusual + random.Next(3)) : usual[random.Next(usual.Length)];
        return bytes;
    }
}
