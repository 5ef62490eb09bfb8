using System.Diagnostics;

namespace RawSse.Bench.Peers;

/// <summary>A server that the load tool can start. Its streams and publishes have paths; all of them speak HTTP/1.1.</summary>
internal abstract class Peer
{
    public abstract string Name { get; }

    /// <summary>Whether it knows channels, ids and replay; a floor sends everything to everybody.</summary>
    public abstract bool HasChannels { get; }

    /// <summary>Whether a stream can resume from an id.</summary>
    public virtual bool HasReplay => HasChannels;

    /// <summary>Whether it takes NDJSON at <c>POST /events</c>.</summary>
    public virtual bool HasBulk => false;

    /// <summary>Why it cannot be started here; null when it can.</summary>
    public virtual string? Missing => null;

    /// <summary>The path of a channel, for subscribing.</summary>
    public virtual string StreamPath(string channel) => "/";

    /// <summary>The path of a channel, for publishing.</summary>
    public virtual string PublishPath(string channel) => "/";

    /// <summary>Starts it on a free port, ready for so many connections, on one CPU or on all (null).</summary>
    public ServerProcess Start(int? cpu, int connections)
    {
        int port = ServerProcess.FreePort();
        return new ServerProcess(Command(port, connections), port, cpu, ReadyRequest);
    }

    /// <summary>What is asked until it answers 200; null: that it accepts a connection is enough.</summary>
    protected virtual string? ReadyRequest => null;

    protected abstract ProcessStartInfo Command(int port, int connections);
}
