using System.Net;

namespace RawSse.Redis.Tests.Traffic;

/// <summary>Hundreds of subscribers of some channels, some of several at once, that are cut at random and so move between nodes.</summary>
internal sealed class Crowd : IAsyncDisposable
{
    private const int CutsPerSecond = 30;
    private const int ChannelsAtOnce = 3;

    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _calm = new();
    private readonly Subscriber[] _members;
    private readonly Task[] _running;
    private readonly Task _cutting;

    /// <param name="server">where all connect</param>
    /// <param name="channels">the channels there are</param>
    /// <param name="count">how many subscribers</param>
    /// <param name="seed">of everything random here</param>
    public Crowd(IPEndPoint server, string[] channels, int count, int seed)
    {
        var random = new Random(seed);
        _members = [.. Enumerable.Range(0, count).Select(i => Member(server, channels, i, random))];
        _running = [.. _members.Select(member => Task.Run(() => member.RunAsync(_stop.Token)))];
        _cutting = CutAsync(random);
    }

    public IReadOnlyList<Subscriber> Members => _members;

    /// <summary>Waits until each has a position, from which on it misses nothing.</summary>
    public Task PlacedAsync() => Patience.UntilAsync(
        () => Task.FromResult(_members.All(member => member.Holds(record => record.Start is not null))), "everybody to have a position");

    /// <summary>Cuts no more, and waits until something is true of everybody, or for as long as patience lasts.</summary>
    public async Task<bool> SettleAsync(Func<ChannelRecord, bool> condition)
    {
        await _calm.CancelAsync();
        await _cutting;
        var waited = System.Diagnostics.Stopwatch.StartNew();
        while (!_members.All(member => member.Holds(condition)))
        {
            if (waited.Elapsed > Patience.Limit) return false;
            await Task.Delay(20);
        }
        return true;
    }

    /// <summary>Ends all connections; what was seen may be looked at then.</summary>
    public async Task StopAsync()
    {
        await _calm.CancelAsync();
        await _stop.CancelAsync();
        await _cutting;
        await Task.WhenAll(_running);
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    /// <summary>
    /// Four in five have one channel, and start now or at the beginning; one in five has several and starts at the beginning.
    /// </summary>
    private static Subscriber Member(IPEndPoint server, string[] channels, int number, Random random)
    {
        bool several = number % 5 == 0;
        string[] own = [.. Enumerable.Range(0, several ? ChannelsAtOnce : 1)
            .Select(i => channels[(number + i) % channels.Length]).Distinct().Order(StringComparer.Ordinal)];
        string start = several || number % 2 == 0 ? "from=earliest" : "";
        return new Subscriber(server, own, start, $"#{number} [{string.Join(',', own)}]", random.Next());
    }

    private async Task CutAsync(Random random)
    {
        while (!_calm.IsCancellationRequested)
        {
            await Task.Delay(random.Next(2 * 1_000 / CutsPerSecond), CancellationToken.None);
            _members[random.Next(_members.Length)].Cut(byReset: random.Next(2) == 0);
        }
    }
}
