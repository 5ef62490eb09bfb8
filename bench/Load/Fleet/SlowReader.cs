using System.Diagnostics;
using System.Net.Sockets;

namespace RawSse.Bench.Load.Fleet;

/// <summary>
/// One reader that takes so many bytes a second and comes back with the last id when it is closed, as an EventSource does. It
/// works on its own until it is told to catch up, which it does as fast as the server lets it.
/// </summary>
internal sealed class SlowReader : IDisposable
{
    private const int ReceiveBytes = 4096;
    private const int PiecesPerSecond = 10;
    private static readonly TimeSpan s_retry = TimeSpan.FromSeconds(1);

    private readonly HttpTarget _target;
    private readonly int _bytesPerSecond;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _work;
    private volatile bool _isSlow = true;

    public SlowReader(HttpTarget target, StreamAudit audit, int bytesPerSecond)
    {
        (_target, Audit, _bytesPerSecond) = (target, audit, bytesPerSecond);
        _work = Task.Run(Work);
    }

    public StreamAudit Audit { get; }

    /// <summary>How often the server ended it, and how often that was a reset.</summary>
    public int Closes { get; private set; }
    public int Resets { get; private set; }

    /// <summary>How often what came was no event stream any more, since the server had left bytes out.</summary>
    public int Broken { get; private set; }

    /// <summary>Reads at full speed from now on. False: the event of this number did not come in time.</summary>
    public bool CatchUp(int lastNumber, TimeSpan patience)
    {
        _isSlow = false;
        long started = Stopwatch.GetTimestamp();
        while (Audit.Last < lastNumber && Stopwatch.GetElapsedTime(started) < patience && !_work.IsCompleted) Thread.Sleep(20);
        if (_work.IsFaulted) throw new LoadException(_work.Exception.InnerException!.Message);
        return Audit.Last >= lastNumber;
    }

    public void Dispose()
    {
        _stopping.Cancel();
        _work.ContinueWith(static _ => { }, TaskScheduler.Default).Wait();
        _stopping.Dispose();
    }

    private async Task Work()
    {
        while (!_stopping.IsCancellationRequested)
        {
            using var stream = new EventStream(Audit, ReceiveBytes);
            try
            {
                await stream.ConnectAsync(_target);
                await ReadToEnd(stream);
                Closes++;
            }
            catch (SocketException)
            {
                Closes++;
                Resets++;
            }
            catch (InvalidDataException)
            {
                Broken++;
            }
            catch (OperationCanceledException)
            {
                return;
            }
            await Task.Delay(s_retry, _stopping.Token).ContinueWith(static _ => { }, TaskScheduler.Default);
        }
    }

    private async Task ReadToEnd(EventStream stream)
    {
        int piece = Math.Max(1, _bytesPerSecond / PiecesPerSecond);
        while (true)
        {
            bool isSlow = _isSlow;
            if (await stream.ReadAsync(isSlow ? piece : int.MaxValue, _stopping.Token) == 0) return;
            if (isSlow) await Task.Delay(1000 / PiecesPerSecond, _stopping.Token);
        }
    }
}
