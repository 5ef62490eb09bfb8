using RawSse.Bench.Load;
using RawSse.Bench.Native;
using RawSse.Bench.Peers;

namespace RawSse.Bench.Scenarios;

/// <summary>Two nodes of a kind: events are published at one, streams are open at the other.</summary>
internal sealed class NodePair : IDisposable
{
    private readonly Peer _peer;
    private readonly ServerProcess _publisher;
    private readonly ServerProcess _streams;
    private readonly LoadClient _load;

    public NodePair(Peer peer)
    {
        _peer = peer;
        _publisher = peer.Start(cpu: null, connections: 0);
        try
        {
            _streams = peer.Start(cpu: null, connections: 0);
        }
        catch
        {
            _publisher.Dispose();
            throw;
        }
        _load = new LoadClient(_streams, cpu: null, isSpinning: false, _publisher.PublishPort);
    }

    /// <summary>Its channel has its name too.</summary>
    public string Name => _peer.Name;

    /// <summary>CPU that the node has used that is published at, ns.</summary>
    public long PublisherCpu => CpuClock.OfProcess(_publisher.Pid);

    /// <summary>Closes the streams there are and opens so many.</summary>
    public void Open(int streams) =>
        _load.Execute(new LoadCommand { Act = LoadAct.Open, Path = _peer.StreamPath(Name), Count = streams });

    public LoadReport Publish(LoadCommand command) => _load.Execute(command with { Path = _peer.PublishPath(Name) });

    public void Dispose()
    {
        _streams.Dispose();
        _publisher.Dispose();
        _load.Dispose();
    }
}
