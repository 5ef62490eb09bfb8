using System.Diagnostics;
using RawSse.Bench.Native;
using RawSse.Bench.Redis;

namespace RawSse.Bench.Load;

/// <summary>
/// One load process at work: subscribers and publishers on one epoll set and one thread. It reads the server's CPU
/// account itself, directly before and after what it measures.
/// </summary>
internal sealed class LoadSession : IDisposable
{
    private const long PublisherKey = 1L << 40;
    private const int ReadyMax = 256;
    private static readonly TimeSpan s_stallMax = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_settleMax = TimeSpan.FromSeconds(20);

    private readonly ServerAccount _account;
    private readonly Connector _publishConnector;
    private readonly EpollSet _epoll = new(ReadyMax);
    private readonly EventLedger _ledger = new();
    private readonly SubscriberSet _subscribers;
    private readonly List<Publisher> _publishers = [];
    private readonly bool _isSpinning;
    private long _progressAt;

    /// <summary>For a server on 127.0.0.1, or one for streams and one for publishing; a spinning client never sleeps, so that the server never has to wake it.</summary>
    public LoadSession(int port, int publishPort, ServerAccount server, bool isSpinning)
    {
        (_account, _isSpinning) = (server, isSpinning);
        var connector = new Connector(port);
        _publishConnector = publishPort == port ? connector : new Connector(publishPort);
        _subscribers = new SubscriberSet(connector, _epoll, _ledger);
    }

    public LoadReport Execute(LoadCommand command) => command.Act switch
    {
        LoadAct.Open => Open(command),
        LoadAct.Window => Window(command),
        LoadAct.Publish => Publish(command),
        LoadAct.PublishEach => PublishEach(command),
        LoadAct.Bulk => Bulk(command),
        LoadAct.Close => Measure(_subscribers.CloseAll),
        LoadAct.Settle => Measure(Settle),
        LoadAct.Listen => Measure(() => PumpFor(TimeSpan.FromSeconds(command.Seconds))),
        _ => throw new LoadException($"unknown act {command.Act}"),
    };

    public void Dispose()
    {
        ClosePublishers();
        _subscribers.Dispose();
        _epoll.Dispose();
    }

    private LoadReport Open(LoadCommand command)
    {
        _subscribers.CloseAll();
        _subscribers.Reset(command.Count, command.Path, command.LastEventId, _ledger.NextPlace - command.Behind);
        return Measure(() =>
        {
            int connected = 0;
            long due = (long)command.Count * command.Behind;
            while (_subscribers.Streaming < command.Count || _ledger.Deliveries < due)
            {
                int connectedMax = Math.Min(command.Count, _subscribers.Streaming + command.Connecting);
                while (connected < connectedMax) _subscribers.Connect(connected++);
                Pump(() => $"{_subscribers.Streaming} of {command.Count} streams opened, {_ledger.Deliveries} of {due} events got");
            }
        });
    }

    private LoadReport Window(LoadCommand command)
    {
        OpenPublishers(command.InFlight, command);
        LoadReport? lead = command.LeadEvents > 0 ? MeasureWindow(command with { Events = command.LeadEvents, PaceMs = 0 }) : null;
        LoadReport report = MeasureWindow(command);
        ClosePublishers();
        // A fault is one wherever it happens.
        return lead is null ? report : report with { Lost = report.Lost + lead.Lost, Repeated = report.Repeated + lead.Repeated };
    }

    private LoadReport MeasureWindow(LoadCommand command)
    {
        var window = new PublishWindow(command, _publishers, _ledger, _subscribers.Count);
        LoadReport report = Measure(() =>
        {
            while (!window.IsOver)
            {
                window.PublishDue();
                Pump(window.Describe, window.WaitMs);
            }
        });
        return report with { Events = _ledger.Completed };
    }

    private LoadReport Publish(LoadCommand command)
    {
        OpenPublishers(1, command);
        Publisher publisher = _publishers[0];
        string firstId = "";
        LoadReport report = Measure(() =>
        {
            for (int i = 0; i < command.Count; i++)
            {
                publisher.Publish(command.Path, _ledger.PublishForReplay());
                while (!publisher.IsAnswered) Pump(() => "a publish is not answered");
                if (i == 0) firstId = publisher.LastId;
            }
        });
        ClosePublishers();
        return report with { FirstId = firstId, LastId = publisher.LastId };
    }

    private LoadReport PublishEach(LoadCommand command)
    {
        OpenPublishers(command.InFlight, command);
        int number = _ledger.Publish(_subscribers.Count, Stopwatch.GetTimestamp());
        LoadReport report = Measure(() =>
        {
            int published = 0;
            while (!_ledger.IsComplete(number) || _publishers.Any(p => !p.IsAnswered))
            {
                foreach (Publisher publisher in _publishers)
                    if (publisher.IsAnswered && published < _subscribers.Count)
                        publisher.Publish(command.Path, number, published++);
                Pump(() => $"{_ledger.Missing(number)} of {_subscribers.Count} channels have not delivered");
            }
        });
        ClosePublishers();
        return report;
    }

    private LoadReport Bulk(LoadCommand command)
    {
        using var load = new BulkLoad(_publishConnector.Port, [command.Path], new SampleEvent(command.DataBytes));
        return Measure(() => load.Run(command.Count)) with { Events = command.Count };
    }

    /// <summary>Until the server used less than 1 % of a CPU for half a second.</summary>
    private void Settle()
    {
        long started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < s_settleMax)
        {
            long before = _account.Cpu;
            PumpFor(TimeSpan.FromMilliseconds(500));
            if (_account.Cpu - before < 5_000_000) return;
        }
    }

    private LoadReport Measure(Action act)
    {
        _ledger.BeginWindow();
        _progressAt = Stopwatch.GetTimestamp();
        long reads = _subscribers.Reads;
        (long busy, long stolen) = MachineClock.Read();
        long redis = _account.RedisCpu;
        (long server, long client, long started) = (_account.Cpu, CpuClock.OfSelf(), Stopwatch.GetTimestamp());
        act();
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        (server, client) = (_account.Cpu - server, CpuClock.OfSelf() - client);
        redis = _account.RedisCpu - redis;
        (long busyNow, long stolenNow) = MachineClock.Read();
        return new LoadReport
        {
            Seconds = seconds,
            Streams = _subscribers.Count,
            StreamsEnded = _subscribers.Ended,
            Deliveries = _ledger.Deliveries,
            Reads = _subscribers.Reads - reads,
            Lost = _ledger.Lost,
            Repeated = _ledger.Repeated,
            ServerCpu = server,
            RedisCpu = redis,
            ClientCpu = client,
            ForeignCpu = Math.Max(0, busyNow - busy - server - redis - client),
            StolenCpu = stolenNow - stolen,
            P50Us = _ledger.Latency.Quantile(0.5) / 1e3,
            P90Us = _ledger.Latency.Quantile(0.9) / 1e3,
            P99Us = _ledger.Latency.Quantile(0.99) / 1e3,
            P999Us = _ledger.Latency.Quantile(0.999) / 1e3,
            MaxUs = _ledger.Latency.Quantile(1) / 1e3,
        };
    }

    private void PumpFor(TimeSpan time)
    {
        long started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < time) PumpOnce(20);
    }

    /// <summary>Serves what is ready; ends the run when nothing has been for too long.</summary>
    private void Pump(Func<string> describe, int waitMs = 1000)
    {
        long now = Stopwatch.GetTimestamp();
        if (PumpOnce(waitMs) > 0) _progressAt = now;
        else if (Stopwatch.GetElapsedTime(_progressAt, now) > s_stallMax)
            throw new LoadException(
                $"Nothing moved for {s_stallMax.TotalSeconds} s: {describe()}; {_subscribers.Ended} streams were ended by the server.");
    }

    private int PumpOnce(int waitMs)
    {
        int ready = _epoll.Wait(_isSpinning ? 0 : waitMs);
        for (int i = 0; i < ready; i++)
        {
            long key = _epoll.Data(i);
            if (key >= PublisherKey) _publishers[(int)(key - PublisherKey)].Serve();
            else _subscribers.Serve((int)key, _epoll.IsPeerClosed(i));
        }
        return ready;
    }

    private void OpenPublishers(int count, LoadCommand command)
    {
        for (int i = 0; i < count; i++) _publishers.Add(new Publisher(_publishConnector, _epoll, PublisherKey + i, command));
    }

    private void ClosePublishers()
    {
        foreach (Publisher publisher in _publishers) publisher.Dispose();
        _publishers.Clear();
    }
}
