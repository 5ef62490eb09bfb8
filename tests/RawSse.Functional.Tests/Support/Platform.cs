using RawSse.Server.Hosting;

namespace RawSse.Functional.Tests.Support;

/// <summary>What a fixture's servers are made of.</summary>
/// <param name="Transport">how they drive sockets</param>
/// <param name="Shards">how many event loops they have</param>
/// <param name="IsRedis">a Redis holds their events, else each of them</param>
public sealed record Platform(TransportKind Transport, int Shards, bool IsRedis)
{
    public override string ToString() => $"{Transport},{Shards},{(IsRedis ? "Redis" : "Embedded")}";
}
