namespace RawSse.Server.Tests.Hosting;

/// <summary>One option, what it is by default, two other values it takes, and values it must refuse.</summary>
public sealed record OptionCase(string Name, string Default, string One, string Other, params string[] Refused)
{
    private const string Long = "64-bytes.64-bytes.64-bytes.64-bytes.64-bytes.64-bytes.64-bytes.:";

    public string Variable => "RAWSSE_" + Name.Replace('-', '_').ToUpperInvariant();

    public string CamelKey => string.Concat(Name.Split('-').Select((word, i) => i == 0 ? word : char.ToUpperInvariant(word[0]) + word[1..]));

    public override string ToString() => Name;

    /// <summary>Written out by hand, and not taken from the table, so that the table's bounds are checked against something.</summary>
    public static OptionCase[] All { get; } =
    [
        new("listen", "127.0.0.1:3000", "127.0.0.1:4000", "0.0.0.0:1,[::1]:2", "", "127.0.0.1", "name:1", "127.0.0.1:1,", "127.0.0.1:65536"),
        new("admin-listen", "off", "127.0.0.1:4001", "[::1]:4001", "", "on", "127.0.0.1", "127.0.0.1:1,127.0.0.1:2"),
        new("console", "loopback", "on", "off", "", "On", "1", "true"),
        new("anonymous-publish", "off", "on", "on", "", "1", "yes", "ON"),
        new("redis", "off", "redis://127.0.0.1:6379", "redis+cluster://10.0.0.1:7000,10.0.0.2:7000", "", "on", "127.0.0.1:6379", "http://h"),
        new("channel-prefix", "sse:", "a", Long, "", "a b", "a{b", "a}", "a\u00A0", Long + "b"),
        new("hash-tags", "auto", "on", "off", "", "Auto", "1"),
        new("pubsub", "classic", "sharded", "classic", "", "Sharded", "shard"),
        new("subscribe", "off", "pattern:user:*", "pattern:a,b?[^c-e],pattern:*", "", "user:*", "pattern:", "PATTERN:a", "pattern:[a",
            @"pattern:a\", "pattern:{a}", "pattern:a,pattern:", "off,pattern:a", "pattern:[a-]"),
        new("redis-grace", "10s", "0s", "1h", "-1s", "61m"),
        new("publish-replicas", "0", "1", "100", "-1", "101"),
        new("audit", "5s", "100ms", "1h", "0s", "99ms", "61m"),
        new("max-length", "10000", "1", "10000000", "0", "-1", "10000001", "1KiB", "99999999999999999999"),
        new("ttl", "24h", "1s", "8760h", "0s", "999ms", "8761h", "24"),
        new("channel-bytes", "16MiB", "300KiB", "32MiB", "0", "4095", "17GiB"),
        new("memory", "0", "16MiB", "1GiB", "1", "1023KiB", "4097GiB"),
        new("linger", "30s", "0s", "24h", "25h", "-1s"),
        new("shards", "0", "1", "256", "257", "-1", "two"),
        new("transport", "auto", "sockets", "sockets", "", "Sockets", "kqueue", "2"),
        new("heartbeat", "15s", "0s", "1h", "1ms", "999ms", "61m"),
        new("retry", "3s", "10ms", "1h", "0s", "9ms", "61m"),
        new("max-connections", "0", "1", "16", "-1", "10000001"),
        new("max-connections-per-ip", "0", "1", "10000000", "-1", "10000001"),
        new("max-channels-per-connection", "32", "1", "256", "0", "257"),
        new("max-event-bytes", "256KiB", "256", "1MiB", "0", "255", "1048577", "2MiB"),
        new("max-lag", "2MiB", "512KiB", "1GiB", "0", "511", "2GiB", "512"),
        new("send-timeout", "30s", "100ms", "1m", "0s", "99ms", "60001ms"),
        new("max-lifetime", "0s", "1s", "720h", "999ms", "721h"),
        new("header-timeout", "10s", "100ms", "1h", "0s", "99ms", "61m"),
        new("body-timeout", "30s", "100ms", "1h", "0s", "99ms", "61m"),
        new("idle-timeout", "1m", "100ms", "1h", "0s", "99ms", "61m"),
        new("max-header-bytes", "16KiB", "1KiB", "256KiB", "0", "1023", "257KiB"),
        new("drain-delay", "0s", "1ms", "1h", "61m", "x"),
        new("drain", "10s", "0s", "1h", "61m", "10"),
    ];

    /// <summary>Each option with each value it must refuse.</summary>
    public static IEnumerable<object[]> Refusals => All.SelectMany(option => option.Refused.Select(text => new object[] { option, text }));
}
