using System.Text;
using RawSse.Server.Stores.Redis;

namespace RawSse.Server.Tests.Stores.Redis;

internal sealed class RedisKeysTests
{
    [Test]
    public void Names_are_those_of_the_contract()
    {
        AssertNames(new RedisKeys("sse:", hasTags: false, database: 0), "sse:news", "sse:channel:news", "sse-idem:news:7f3a");
        AssertNames(new RedisKeys("sse:", hasTags: true, database: 0), "sse:{news}", "sse:channel:{news}", "sse-idem:{news}:7f3a");
        AssertNames(new RedisKeys("sse:", hasTags: false, database: 3), "sse:news", "sse:channel:3:news", "sse-idem:news:7f3a");
        AssertNames(new RedisKeys("sse:", hasTags: true, database: 12), "sse:{news}", "sse:channel:12:{news}", "sse-idem:{news}:7f3a");
    }

    [Test]
    public void Only_the_last_colon_of_a_prefix_is_left_out_of_idempotency_keys()
    {
        AssertNames(new RedisKeys("app:sse:", hasTags: false, database: 0), "app:sse:news", "app:sse:channel:news", "app:sse-idem:news:7f3a");
        AssertNames(new RedisKeys("sse", hasTags: false, database: 0), "ssenews", "ssechannel:news", "sse-idem:news:7f3a");
        AssertNames(new RedisKeys(":", hasTags: false, database: 0), ":news", ":channel:news", "-idem:news:7f3a");
    }

    [Test]
    public void Idempotency_keys_of_different_channels_differ_although_both_may_have_colons()
    {
        var keys = new RedisKeys("sse:", hasTags: false, database: 0);
        Assert.That(Key(keys, "a", "b:c"), Is.EqualTo("sse-idem:a:b%3Ac"));
        Assert.That(Key(keys, "a:b", "c"), Is.EqualTo("sse-idem:a:b:c"));
        Assert.That(Key(keys, "a", "b%3Ac"), Is.EqualTo("sse-idem:a:b%253Ac"));
    }

    [Test]
    public void The_longest_names_have_room()
    {
        string prefix = new('p', RedisKeys.PrefixBytesMax);
        var keys = new RedisKeys(prefix, hasTags: true, database: int.MaxValue);
        string channel = new('c', 200);
        Assert.That(Key(keys, channel, new string(':', RedisKeys.KeyBytesMax)), Has.Length.LessThanOrEqualTo(RedisKeys.BytesMax));
        Assert.That(PubSubChannel(keys, channel), Is.EqualTo($"{prefix}channel:2147483647:{{{channel}}}"));
    }

    [Test]
    public void A_Pub_Sub_channel_leads_back_to_its_channel()
    {
        foreach (var keys in (RedisKeys[])[new("sse:", false, 0), new("sse:", true, 0), new("sse:", false, 3), new("é*", true, 3)])
        {
            foreach (string channel in (string[])["a", "user:42", "a/b c", "ünï", new('x', 200), "channel:a"])
            {
                Assert.That(keys.TryGetChannel(Bytes(PubSubChannel(keys, channel)), out var name), Is.True);
                Assert.That(Encoding.UTF8.GetString(name), Is.EqualTo(channel));
            }
        }
    }

    [TestCase(false, 0, "")]
    [TestCase(false, 0, "sse:channel:")]
    [TestCase(false, 0, "sse:news")]
    [TestCase(false, 0, "SSE:channel:news")]
    [TestCase(false, 3, "sse:channel:news")]
    [TestCase(false, 3, "sse:channel:3:")]
    [TestCase(true, 0, "sse:channel:news")]
    [TestCase(true, 0, "sse:channel:{news")]
    [TestCase(true, 0, "sse:channel:{}")]
    [TestCase(true, 0, "sse:channel:{")]
    [TestCase(true, 3, "sse:channel:{news}")]
    public void What_is_no_Pub_Sub_channel_of_ours_leads_nowhere(bool hasTags, int database, string name) =>
        Assert.That(new RedisKeys("sse:", hasTags, database).TryGetChannel(Bytes(name), out _), Is.False);

    [Test]
    public void A_name_too_long_for_a_channel_leads_nowhere() =>
        Assert.That(new RedisKeys("sse:", false, 0).TryGetChannel(Bytes("sse:channel:" + new string('x', 201)), out _), Is.False);

    [Test]
    public void A_pattern_stands_for_the_Pub_Sub_channels_of_what_its_glob_matches()
    {
        Assert.That(Pattern(new("sse:", false, 0), "user:*"), Is.EqualTo(@"sse:channel:user:*"));
        Assert.That(Pattern(new("sse:", true, 0), "user:*"), Is.EqualTo(@"sse:channel:{user:*}"));
        Assert.That(Pattern(new("sse:", false, 3), "[ab]?"), Is.EqualTo(@"sse:channel:3:[ab]?"));
        Assert.That(Pattern(new(@"a*b?c[d]e\f^g-h:", false, 0), "*"), Is.EqualTo(@"a\*b\?c\[d\]e\\f\^g\-h:channel:*"));
    }

    [Test]
    public void The_pattern_of_a_glob_matches_the_Pub_Sub_channels_that_the_glob_matches_and_no_others()
    {
        string[] globs = ["*", "user:*", "a?", "[a-c]x", "[^a]*", @"\*", "a*b*", @"x\]"];
        string[] channels = ["user:42", "user:", "ab", "a*", "*", "bx", "dx", "a", "xaybz", "ab1b", "x]", "}"];
        foreach (var keys in (RedisKeys[])[new("sse:", false, 0), new("*[x-y]?\\", false, 3), new("s[^e]:", true, 0)])
        {
            foreach (string glob in globs)
            {
                var pattern = new GlobPattern(keys.PubSubPattern(Bytes(glob)));
                foreach (string channel in channels)
                {
                    Assert.That(
                        pattern.IsMatch(Bytes(PubSubChannel(keys, channel))), Is.EqualTo(new GlobPattern(Bytes(glob)).IsMatch(Bytes(channel))),
                        $"{glob} {channel}");
                }
            }
        }
    }

    [TestCase("sse:", true)]
    [TestCase("sse", true)]
    [TestCase("日本:", true)]
    [TestCase("*?[]\\^-", true)]
    [TestCase("", false)]
    [TestCase(null, false)]
    [TestCase("a b", false)]
    [TestCase("a\u00A0b", false)]
    [TestCase("a\u2028", false)]
    [TestCase("a\n", false)]
    [TestCase("a\u007F", false)]
    [TestCase("a\u0085", false)]
    [TestCase("a\u200B", false)]
    [TestCase("{a}", false)]
    [TestCase("a}", false)]
    public void A_prefix_is_printable_and_has_no_braces(string? prefix, bool isOne) => Assert.That(RedisKeys.IsPrefix(prefix), Is.EqualTo(isOne));

    [Test]
    public void A_prefix_is_Unicode_of_at_most_64_bytes()
    {
        Assert.That(RedisKeys.IsPrefix(new string('a', 64)), Is.True);
        Assert.That(RedisKeys.IsPrefix(new string('a', 65)), Is.False);
        Assert.That(RedisKeys.IsPrefix(new string('é', 33)), Is.False);
        Assert.That(RedisKeys.IsPrefix("a\ud800"), Is.False);
    }

    private static void AssertNames(RedisKeys keys, string stream, string pubSubChannel, string idempotencyKey)
    {
        Assert.That(Encoding.UTF8.GetString(keys.Stream("news"u8, new byte[RedisKeys.BytesMax])), Is.EqualTo(stream));
        Assert.That(PubSubChannel(keys, "news"), Is.EqualTo(pubSubChannel));
        Assert.That(Key(keys, "news", "7f3a"), Is.EqualTo(idempotencyKey));
    }

    private static string PubSubChannel(RedisKeys keys, string channel) =>
        Encoding.UTF8.GetString(keys.PubSubChannel(Bytes(channel), new byte[RedisKeys.BytesMax]));

    private static string Key(RedisKeys keys, string channel, string key) =>
        Encoding.UTF8.GetString(keys.IdempotencyKey(Bytes(channel), Bytes(key), new byte[RedisKeys.BytesMax]));

    private static string Pattern(RedisKeys keys, string glob) => Encoding.UTF8.GetString(keys.PubSubPattern(Bytes(glob)));

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
