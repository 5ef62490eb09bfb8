using RawSse.Bench.Report;

namespace RawSse.Bench.Scenarios.Contests;

/// <summary>The figures that contests share and targets name.</summary>
internal static class KnownFigures
{
    public static Figure Deliveries { get; } = new("deliveries", "deliveries a server CPU-second") { IsMoreBetter = true, IsCharted = true };
    public static Figure EventsARead { get; } = new("events a read", "events a read of the client") { IsMoreBetter = true };
    public static Figure P50 { get; } = new("p50", "median latency", "ms") { IsCharted = true };
    public static Figure P99 { get; } = new("p99", "p99 latency", "ms") { IsCharted = true };
    public static Figure P999 { get; } = new("p999", "p99.9 latency", "ms");
    public static Figure Faults { get; } = new("faults", "lost, repeated, ended");

    public static Figure StreamBytes { get; } = new(MemoryTurn.Stream, "user memory of an idle stream", "B") { IsCharted = true };
    public static Figure AnonymousBytes { get; } = new(MemoryTurn.Anonymous, "of that, without pages of files", "B");
    public static Figure StartedBytes { get; } = new(MemoryTurn.Started, "RSS before the first connection", "MB");

    public static Figure ConnectCpu { get; } = new("connect", "server CPU a connection", "µs") { IsCharted = true };
    public static Figure ConnectRate { get; } = new("connections", "connections a second") { IsMoreBetter = true };

    public static Figure Reconnects { get; } = new("reconnects", "reconnects a server CPU-second") { IsMoreBetter = true, IsCharted = true };
    public static Figure StormCpu { get; } = new("storm", "server CPU of the storm", "s");
    public static Figure RedisCpu { get; } = new("redis cpu", "CPU of its Redis beside", "s");
    public static Figure StormSeconds { get; } = new("storm seconds", "time until all had everything", "s");

    public static Figure PublishOne { get; } = new("publish 1", "requests a server CPU-second, 1 connection") { IsMoreBetter = true, IsCharted = true };
    public static Figure PublishMany { get; } = new("publish 64", "requests a server CPU-second, 64 connections") { IsMoreBetter = true, IsCharted = true };
    public static Figure RateOne { get; } = new("rate 1", "requests a second, 1 connection") { IsMoreBetter = true };
    public static Figure RateMany { get; } = new("rate 64", "requests a second, 64 connections") { IsMoreBetter = true };
    public static Figure Bulk { get; } = new("ndjson", "events a second, NDJSON over one connection") { IsMoreBetter = true };
    public static Figure BulkCpu { get; } = new("ndjson cpu", "events a server CPU-second, NDJSON") { IsMoreBetter = true };
}
