using RawSse.Bench.Load;
using RawSse.Bench.Native;
using RawSse.Bench.Peers;

namespace RawSse.Bench.Scenarios;

/// <summary>A started server with a load process of its own.</summary>
internal sealed class Rig : IDisposable
{
    public const string HotChannel = "bench";

    // A window lasts one to two seconds: about 8 µs a delivery one at a time, 0.7 µs with 16 in flight.
    private const int DeliveriesOneAtATime = 200_000;
    private const int DeliveriesInFlight = 2_000_000;

    // After a pause the receiver's kernel acknowledges 16 segments at once, in the sender's time (TCP_MAX_QUICKACKS): findings/009.
    public const int LeadEvents = 20;

    private readonly BenchContext _context;
    private readonly ServerProcess _server;
    private readonly LoadClient _load;

    public Rig(BenchContext context, Peer peer, int connections)
    {
        (_context, Peer) = (context, peer);
        _server = peer.Start(context.ServerCpu, connections);
        _load = StartLoad();
    }

    public Peer Peer { get; }

    public ServerAccount Account => _server.Account;

    public ProcessMemory Memory => Account.Memory;

    /// <summary>A second load process against the same server.</summary>
    public LoadClient StartLoad() => new(_server, _context.ClientCpu, _context.Options.IsClientSpinning);

    public LoadReport Execute(LoadCommand command) => _load.Execute(command);

    public void Begin(LoadCommand command) => _load.Begin(command);

    public LoadReport End() => _load.End();

    public LoadReport Open(int streams, string channel = HotChannel, string? lastEventId = null, int behind = 0)
    {
        LoadReport report = Execute(new LoadCommand
        {
            Act = LoadAct.Open,
            Count = streams,
            Path = Peer.StreamPath(channel),
            LastEventId = lastEventId,
            Behind = behind,
            Connecting = Peer.ConnectingMax,
        });
        if (Peer.IsAnsweredEarly) Settle();
        return report;
    }

    /// <summary>Closes all streams and waits until the server is done with them.</summary>
    public void CloseAndSettle()
    {
        Execute(new LoadCommand { Act = LoadAct.Close });
        Settle();
    }

    public LoadReport Settle() => Execute(new LoadCommand { Act = LoadAct.Settle });

    /// <summary>Publishes events that nobody waits for; the report tells the first and the last id.</summary>
    public LoadReport Publish(int events) => Execute(new LoadCommand
    {
        Act = LoadAct.Publish,
        Path = Peer.PublishPath(HotChannel),
        Format = Peer.PublishFormat(HotChannel),
        Count = events,
        DataBytes = _context.Options.DataBytes,
    });

    /// <summary>Publishes one event to the channel of each stream, so many at a time.</summary>
    public LoadReport PublishEach(string channel, int inFlight) => Execute(new LoadCommand
    {
        Act = LoadAct.PublishEach,
        Path = Peer.PublishPath(channel),
        Format = Peer.PublishFormat(channel),
        InFlight = inFlight,
        DataBytes = _context.Options.DataBytes,
    });

    /// <summary>A window of so many events in flight, as long as the number of subscribers asks for; or of exactly so many events.</summary>
    public LoadReport Window(int inFlight, int subscribers, int? events = null) => Execute(new LoadCommand
    {
        Act = LoadAct.Window,
        Path = Peer.PublishPath(HotChannel),
        Format = Peer.PublishFormat(HotChannel),
        InFlight = inFlight,
        Events = events ?? Math.Max(10, (inFlight == 1 ? DeliveriesOneAtATime : DeliveriesInFlight) / subscribers),
        LeadEvents = events is null ? LeadEvents : 0,
        DataBytes = _context.Options.DataBytes,
    });

    /// <summary>A window of so many events in flight that lasts so long.</summary>
    public LoadReport WindowFor(double seconds, int inFlight) => Execute(Timed(seconds, inFlight));

    /// <summary>A window of an event each so many ms, timed from when it is due.</summary>
    public LoadReport PacedWindow(double seconds, int paceMs, int inFlight) =>
        Execute(Timed(seconds, inFlight) with { PaceMs = paceMs, IsTimedFromDue = true });

    /// <summary>NDJSON lines over one connection; only to who knows them.</summary>
    public LoadReport Bulk(int lines) => Execute(new LoadCommand
    {
        Act = LoadAct.Bulk,
        Path = HotChannel,
        Count = lines,
        DataBytes = _context.Options.DataBytes,
    });

    /// <summary>Lets the JIT compilers reach their last tier on both ways of publishing.</summary>
    public void WarmUp(int subscribers)
    {
        Window(16, subscribers);
        Window(1, subscribers);
        Settle();
    }

    /// <summary>The same by time: servers that need no compiler are not kept longer than others.</summary>
    public void WarmUpFor(double seconds)
    {
        WindowFor(seconds * 2 / 3, 16);
        WindowFor(seconds / 3, 1);
        Settle();
    }

    public void Dispose()
    {
        // The server goes first: it has then nothing to do for each stream that ends.
        _server.Dispose();
        _load.Dispose();
    }

    private LoadCommand Timed(double seconds, int inFlight) => new()
    {
        Act = LoadAct.Window,
        Path = Peer.PublishPath(HotChannel),
        Format = Peer.PublishFormat(HotChannel),
        InFlight = inFlight,
        Seconds = seconds,
        LeadEvents = LeadEvents,
        DataBytes = _context.Options.DataBytes,
    };
}
