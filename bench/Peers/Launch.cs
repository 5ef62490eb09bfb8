using System.Diagnostics;
using RawSse.Bench.Redis;

namespace RawSse.Bench.Peers;

/// <summary>How one start of a peer is done, and what it owns: that is given back when its server has ended.</summary>
internal sealed record Launch(ProcessStartInfo Command) : IDisposable
{
    /// <summary>Where it is published to, when that is another port than the one of the streams.</summary>
    public int? PublishPort { get; init; }

    /// <summary>The Redis that only this server uses.</summary>
    public RedisProcess? Redis { get; init; }

    /// <summary>The folder for its configuration and what it writes.</summary>
    public RunFolder? Folder { get; init; }

    /// <summary>A server that it needs and that is not part of it: the application behind a proxy.</summary>
    public ServerProcess? Origin { get; init; }

    public void Dispose()
    {
        Origin?.Dispose();
        Redis?.Dispose();
        Folder?.Dispose();
    }
}
