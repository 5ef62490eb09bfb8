namespace RawSse.Bench.Scenarios.Contests;

/// <summary>What RawSse has to reach against the floor and each peer.</summary>
internal static class Targets
{
    public static IReadOnlyList<Target> All { get; } =
    [
        new("fanout", KnownFigures.Deliveries, Bound.AtLeast, 0.95, "floor"),
        new("fanout", KnownFigures.Deliveries, Bound.AtLeast, 1.25, "nchan"),
        new("fanout", KnownFigures.Deliveries, Bound.AtLeast, 1.7, "kestrel"),
        new("fanout", KnownFigures.Deliveries, Bound.AtLeast, 2.5, "kestrel-typed"),
        new("fanout", KnownFigures.Faults, Bound.Never, 0),

        new("burst", KnownFigures.Deliveries, Bound.AtLeast, 0.9, "floor"),
        new("burst", KnownFigures.Deliveries, Bound.AtLeast, 12, "nchan"),
        new("burst", KnownFigures.Deliveries, Bound.AtLeast, 5, "kestrel"),
        new("burst", KnownFigures.Faults, Bound.Never, 0),

        new("latency", KnownFigures.P50, Bound.AtMost, 1.15, "floor"),
        new("latency", KnownFigures.P99, Bound.AtMost, 1.15, "floor"),
        new("latency", KnownFigures.P50, Bound.Below, 1, Target.EveryPeer),
        new("latency", KnownFigures.P99, Bound.Below, 1, Target.EveryPeer),
        new("latency", KnownFigures.Faults, Bound.Never, 0),

        new("memory", KnownFigures.StreamBytes, Bound.AtMost, 256),

        new("connect", KnownFigures.ConnectCpu, Bound.AtMost, 1.3, "floor"),
        new("connect", KnownFigures.ConnectCpu, Bound.Below, 1, "nchan"),

        new("replay", KnownFigures.Reconnects, Bound.AtLeast, 8, "nchan"),
        new("replay", KnownFigures.Reconnects, Bound.AtLeast, 8, "seed-node"),
        new("replay", KnownFigures.Faults, Bound.Never, 0),
        new("replay-redis", KnownFigures.Reconnects, Bound.AtLeast, 8, "nchan-redis") { Server = "rawsse-redis" },
        new("replay-redis", KnownFigures.Reconnects, Bound.AtLeast, 8, "seed-node-redis") { Server = "rawsse-redis" },
        new("replay-redis", KnownFigures.Faults, Bound.Never, 0) { Server = "rawsse-redis" },

        new("publish", KnownFigures.PublishOne, Bound.AtLeast, 0.9, "floor"),
        new("publish", KnownFigures.PublishMany, Bound.AtLeast, 0.8, "floor"),
        new("publish", KnownFigures.PublishMany, Bound.AtLeast, 1, "nchan"),
        new("publish", KnownFigures.PublishMany, Bound.AtLeast, 2, "kestrel"),
        new("publish", KnownFigures.Bulk, Bound.AtLeast, 500_000),
    ];
}
