using RawSse.Server.Stores.Redis;

namespace RawSse.Server.Tests.Stores.Redis;

public sealed class RedisUrlTests
{
    private static readonly string[] s_characters =
        ["a", "%", "%41", "%ff", "@", ":", "/", "?", "#", "&", "=", ",", "[", "]", "redis", "://", "sentinel-password=", "ca=", "é", "\n", "1"];

    [TestCase("redis://cache", "cache:6379", null, null, 0)]
    [TestCase("redis://cache/", "cache:6379", null, null, 0)]
    [TestCase("REDIS://cache:7000/3", "cache:7000", null, null, 3)]
    [TestCase("redis://127.0.0.1:65535", "127.0.0.1:65535", null, null, 0)]
    [TestCase("redis://[::1]", "[::1]:6379", null, null, 0)]
    [TestCase("redis://[2001:db8::1]:7000/15", "[2001:db8::1]:7000", null, null, 15)]
    [TestCase("redis://user:secret@cache", "cache:6379", "user", "secret", 0)]
    [TestCase("redis://user@cache", "cache:6379", "user", null, 0)]
    [TestCase("redis://:secret@cache", "cache:6379", null, "secret", 0)]
    [TestCase("redis://a%3Ab:p%40s%2Fs:%C3%A9+@cache_1.example-2/0", "cache_1.example-2:6379", "a:b", "p@s/s:é+", 0)]
    public void One_server_is_read(string url, string endpoint, string? user, string? password, int database)
    {
        RedisSettings settings = Read(url);
        Assert.Multiple(() =>
        {
            Assert.That(settings.Topology, Is.EqualTo(RedisTopology.Standalone));
            Assert.That(settings.Endpoints.Select(e => e.ToString()), Is.EqualTo(new[] { endpoint }));
            Assert.That(settings.User, Is.EqualTo(user));
            Assert.That(settings.Password, Is.EqualTo(password));
            Assert.That(settings.Database, Is.EqualTo(database));
            Assert.That(settings.UseTls, Is.False);
        });
    }

    [TestCase("rediss://cache", "Standalone")]
    [TestCase("rediss+sentinel://cache/main", "Sentinel")]
    [TestCase("rediss+cluster://cache", "Cluster")]
    public void Tls_is_spoken_with_each_topology(string url, string topology)
    {
        RedisSettings settings = Read(url + "?ca=%2Fetc%2Fca.pem");
        Assert.That(settings.UseTls, Is.True);
        Assert.That(settings.CaFile, Is.EqualTo("/etc/ca.pem"));
        Assert.That(settings.Topology.ToString(), Is.EqualTo(topology));
        Assert.That(Read(url).CaFile, Is.Null);
    }

    [Test]
    public void Sentinels_name_a_master_and_have_a_port_and_credentials_of_their_own()
    {
        RedisSettings settings = Read("redis+sentinel://u:p@h1,h2:7000,[::1]/my%2Fmaster/2?sentinel-password=s%26p&sentinel-user=su");
        Assert.That(settings.Endpoints.Select(e => e.ToString()), Is.EqualTo(new[] { "h1:26379", "h2:7000", "[::1]:26379" }));
        Assert.That(settings, Is.EqualTo(new RedisSettings
        {
            Topology = RedisTopology.Sentinel,
            Endpoints = settings.Endpoints,
            MasterName = "my/master",
            User = "u",
            Password = "p",
            SentinelUser = "su",
            SentinelPassword = "s&p",
            Database = 2,
        }));
        Assert.That(Read("redis+sentinel://h1/main").MasterName, Is.EqualTo("main"));
    }

    [Test]
    public void A_cluster_has_nodes_and_one_database()
    {
        RedisSettings settings = Read("redis+cluster://:p@h1,h2:7000/0");
        Assert.That(settings.Topology, Is.EqualTo(RedisTopology.Cluster));
        Assert.That(settings.Endpoints, Is.EqualTo(new RedisEndpoint[] { new("h1", 6379), new("h2", 7000) }));
        Assert.That(settings.Password, Is.EqualTo("p"));
    }

    [TestCase("", "allowed: redis://")]
    [TestCase("cache:6379", "allowed: redis://")]
    [TestCase("http://cache", "allowed: redis://")]
    [TestCase("redis+other://cache", "allowed: redis://")]
    [TestCase("redis://", "a host must be")]
    [TestCase("redis://:6379", "a host must be")]
    [TestCase("redis://cache:0", "1 to 65535")]
    [TestCase("redis://cache:65536", "1 to 65535")]
    [TestCase("redis://cache:", "1 to 65535")]
    [TestCase("redis://cache:+1", "1 to 65535")]
    [TestCase("redis://cache:1x", "1 to 65535")]
    [TestCase("redis://::1", "[IPv6]")]
    [TestCase("redis://[::1", "[IPv6]")]
    [TestCase("redis://[]", "[IPv6]")]
    [TestCase("redis://[127.0.0.1]", "[IPv6]")]
    [TestCase("redis://[::1]x", "[IPv6]")]
    [TestCase("redis://user:pass/word@cache", "percent-encoded")]
    [TestCase("redis://a,b", "takes one host")]
    [TestCase("redis://cache/x", "a number, 0 or more")]
    [TestCase("redis://cache/-1", "a number, 0 or more")]
    [TestCase("redis://cache/1/2", "a number, 0 or more")]
    [TestCase("redis://cache/99999999999", "a number, 0 or more")]
    [TestCase("redis://u:%4@cache", "percent-encoded UTF-8")]
    [TestCase("redis://u:%ff@cache", "percent-encoded UTF-8")]
    [TestCase("redis+sentinel://h1", "the master's name")]
    [TestCase("redis+sentinel://h1//2", "the master's name")]
    [TestCase("redis+sentinel://h1/main/x", "a number, 0 or more")]
    [TestCase("redis+sentinel://h1,,h2/main", "a host must be")]
    [TestCase("redis+cluster://h1/1", "only the database 0")]
    [TestCase("redis://cache?ca=x", "query ca is not allowed here")]
    [TestCase("rediss://cache?ca", "query ca needs a value")]
    [TestCase("rediss://cache?ca=", "query ca needs a value")]
    [TestCase("rediss://cache?ca=a&ca=b", "query ca is not allowed here; allowed, once each")]
    [TestCase("rediss://cache?sentinel-user=x", "query sentinel-user is not allowed")]
    [TestCase("redis+sentinel://h1/main?timeout=3", "query timeout is not allowed")]
    [TestCase("redis://cache?", "needs a value")]
    public void What_cannot_be_read_says_what_is_allowed(string url, string problem)
    {
        Assert.That(RedisUrl.TryParse(url, out RedisSettings? settings, out string said), Is.False);
        Assert.That(settings, Is.Null);
        Assert.That(said, Does.Contain(problem).And.Not.Contain("\n"));
    }

    [TestCase("redis://cache:6379/1", "redis://cache:6379/1")]
    [TestCase("redis://user@cache", "redis://user@cache")]
    [TestCase("redis://user:secret@cache", "redis://user:***@cache")]
    [TestCase("redis://:secret@cache", "redis://:***@cache")]
    [TestCase("redis://user:sec/re@t?@cache", "redis://user:***@cache")]
    [TestCase("redis+sentinel://u:secret@h1,h2/m?sentinel-user=a&sentinel-password=secret", "redis+sentinel://u:***@h1,h2/m?sentinel-user=a&sentinel-password=***")]
    [TestCase("redis+sentinel://h1:1/m?sentinel-password=sec@ret&sentinel-user=a", "redis+sentinel://h1:***&sentinel-user=a")]
    [TestCase("redis+sentinel://h1/m?sentinel-password=sec@ret&sentinel-user=a", "redis+sentinel://h1/m?sentinel-password=***&sentinel-user=a")]
    [TestCase("user:secret@cache", "user:***@cache")]
    [TestCase("nonsense", "nonsense")]
    public void The_passwords_of_a_url_are_hidden(string url, string masked) => Assert.That(RedisUrl.Mask(url), Is.EqualTo(masked));

    [Test]
    public void Settings_do_not_print_their_passwords()
    {
        RedisSettings settings = Read("redis+sentinel://u:secret@h1,h2/m?sentinel-password=secret");
        Assert.That(settings.ToString(), Is.EqualTo("Sentinel h1:26379,h2:26379"));
    }

    [Test]
    public void Any_text_is_read_or_refused_in_one_line_that_does_not_repeat_it()
    {
        int seed = Random.Shared.Next();
        TestContext.Out.WriteLine($"seed {seed}: new Random(seed) replays it");
        var random = new Random(seed);
        for (int i = 0; i < 20_000; i++)
        {
            string tail = string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => s_characters[random.Next(s_characters.Length)]));
            string url = (random.Next(4) == 0 ? "" : "redis+sentinel://u:SECRET") + tail + (random.Next(2) == 0 ? "@h/m" : "");
            if (!RedisUrl.TryParse(url, out _, out string problem))
                Assert.That(problem, Is.Not.Empty.And.Not.Contain("\n").And.Not.Contain("SECRET"), url);
            if (url.StartsWith("redis+", StringComparison.Ordinal) && url.EndsWith('m'))
                Assert.That(RedisUrl.Mask(url), Does.Not.Contain("SECRET"), url);
        }
    }

    private static RedisSettings Read(string url)
    {
        Assert.That(RedisUrl.TryParse(url, out RedisSettings? settings, out string problem), Is.True, problem);
        Assert.That(problem, Is.Empty);
        return settings!;
    }
}
