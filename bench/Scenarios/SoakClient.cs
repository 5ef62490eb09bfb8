using System.Net.Sockets;
using RawSse.Bench.Load;
using RawSse.Bench.Load.Fleet;

namespace RawSse.Bench.Scenarios;

/// <summary>
/// One client of the soak: connects, reads for a while, is cut by a close or a reset, and resumes; now and then it forgets what it
/// had, as a new client. At the end it comes back once more and reads to the last event.
/// </summary>
internal sealed class SoakClient(HttpTarget target, int seed)
{
    private const double LifeSecondsMax = 4;
    private const double PauseSecondsMax = 0.5;
    private const double ForgetShare = 0.1;

    private readonly Random _random = new(seed);
    private StreamAudit _audit = new();
    private long _lostBefore;
    private long _repeatedBefore;
    private long _eventsBefore;

    public long Connects { get; private set; }
    public long Resumes { get; private set; }

    /// <summary>The server ended it, refused it, or sent what is no event stream.</summary>
    public long Surprises { get; private set; }

    /// <summary>Left out, whether it was told or not: what was cut was never so long away that history went.</summary>
    public long Lost => _lostBefore + _audit.LostSilently + _audit.LostTold;
    public long Repeated => _repeatedBefore + _audit.Repeated;
    public long Events => _eventsBefore + _audit.Events;

    public async Task Churn(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            await Live(TimeSpan.FromSeconds(_random.NextDouble() * LifeSecondsMax), int.MaxValue, stopping);
            if (_random.NextDouble() < ForgetShare) Forget();
            double pause = _random.NextDouble() * PauseSecondsMax;
            await Task.Delay(TimeSpan.FromSeconds(pause), stopping).ContinueWith(static _ => { }, TaskScheduler.Default);
        }
    }

    /// <summary>Returns how many events of those that it is owed did not come.</summary>
    public async Task<long> ReadToEnd(int lastNumber, TimeSpan patience)
    {
        // Who has seen nothing yet, or only begins, is owed nothing.
        if (_audit.Events == 0) return 0;
        await Live(patience, lastNumber, CancellationToken.None);
        return Math.Max(0, lastNumber - _audit.Last);
    }

    private void Forget()
    {
        (_lostBefore, _repeatedBefore, _eventsBefore) = (Lost, Repeated, Events);
        _audit = new StreamAudit();
    }

    private async Task Live(TimeSpan life, int untilNumber, CancellationToken stopping)
    {
        Connects++;
        if (_audit.LastEventId is not null) Resumes++;
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        ending.CancelAfter(life);
        using var stream = new EventStream(_audit);
        try
        {
            await stream.ConnectAsync(target);
            while (_audit.Last < untilNumber)
                if (await stream.ReadAsync(int.MaxValue, ending.Token) == 0)
                {
                    Surprises++;
                    return;
                }
        }
        catch (OperationCanceledException)
        {
            if (_random.Next(2) == 0) stream.Reset();
        }
        catch (Exception e) when (e is SocketException or LoadException or InvalidDataException)
        {
            Surprises++;
        }
    }
}
