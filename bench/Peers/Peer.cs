using System.Diagnostics;
using RawSse.Bench.Load;

namespace RawSse.Bench.Peers;

/// <summary>A server that the load tool can start. Its streams and publishes have paths; all of them speak HTTP/1.1.</summary>
internal abstract class Peer
{
    public abstract string Name { get; }

    /// <summary>Whether a path names a channel that appears when it is first used; a floor sends everything to everybody.</summary>
    public abstract bool HasChannels { get; }

    /// <summary>Whether an answer to a publish tells the event's id, and a client that sends its last one gets what it missed.</summary>
    public virtual bool HasReplay => HasChannels;

    /// <summary>Whether a stream may be answered some time before events reach it, so that one has to wait until the server is idle.</summary>
    public virtual bool IsAnsweredEarly => false;

    /// <summary>How many connections may ask for a stream at once without being refused.</summary>
    public virtual int ConnectingMax => 512;

    /// <summary>Whether it takes NDJSON at <c>POST /events</c>.</summary>
    public virtual bool HasBulk => false;

    /// <summary>Why it cannot be started here; null when it can.</summary>
    public virtual string? Missing => null;

    /// <summary>The path of a channel, for subscribing.</summary>
    public virtual string StreamPath(string channel) => "/";

    /// <summary>The path of a channel, for publishing.</summary>
    public virtual string PublishPath(string channel) => "/";

    /// <summary>What a publish to a channel holds beside the event's data.</summary>
    public virtual PublishFormat PublishFormat(string channel) => new();

    /// <summary>Starts it on a free port, ready for so many connections, on one CPU or on all (null).</summary>
    public ServerProcess Start(int? cpu, int connections)
    {
        int port = ServerProcess.FreePort();
        return new ServerProcess(Prepare(port, cpu, connections), port, cpu, ReadyRequest);
    }

    /// <summary>What is asked until it answers 200; null: that it accepts a connection is enough.</summary>
    protected virtual string? ReadyRequest => null;

    /// <summary>Starts what it needs and tells how it is started itself.</summary>
    protected virtual Launch Prepare(int port, int? cpu, int connections) => new(Command(port, connections));

    /// <summary>For a peer that is one command and needs nothing beside it.</summary>
    protected virtual ProcessStartInfo Command(int port, int connections) => throw new NotSupportedException(Name);
}
