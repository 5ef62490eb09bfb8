using System.Collections.Concurrent;
using RawSse.Server.Channels;
using RawSse.Server.Stores.Redis;

namespace RawSse.Redis.Tests.Links;

/// <summary>
/// A thread that owns links as a shard does: it drains a mailbox, ticks, and flushes at the end of each turn. Whatever a test
/// asks of a link runs on it.
/// </summary>
internal sealed class LinkShard : IDisposable
{
    private const int TickMs = 50;

    private readonly Thread _thread;
    private readonly AutoResetEvent _wake = new(false);
    private readonly ConcurrentQueue<LinkOwner> _owners = [];
    private volatile Exception? _failure;
    private volatile bool _isStopping;

    public LinkShard()
    {
        Mailbox.Wake = () => _wake.Set();
        _thread = new Thread(Run) { IsBackground = true, Name = "shard of a link test" };
        _thread.Start();
    }

    public Mailbox Mailbox { get; } = new();

    public LinkOwner Open(string url, RedisLinkKind kind = RedisLinkKind.Commands, TimeProvider? clock = null)
    {
        Assert.That(RedisUrl.TryParse(url, out RedisSettings? settings, out string problem), Is.True, problem);
        IMasterLocator locator = settings!.Topology == RedisTopology.Sentinel
            ? new SentinelMaster(settings, TimeProvider.System)
            : new FixedMaster(settings.Endpoints[0]);
        var owner = new LinkOwner(this);
        owner.Link = new RedisLink(kind, settings, locator, Mailbox, owner, clock ?? TimeProvider.System);
        _owners.Enqueue(owner);
        owner.Link.Start();
        return owner;
    }

    /// <summary>Runs on the shard's thread, in one turn with what else is due.</summary>
    public Task<T> AskAsync<T>(Func<T> what)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Mailbox.Post(new ActionItem(() =>
        {
            try
            {
                done.SetResult(what());
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        }));
        return done.Task.WaitAsync(Patience.Limit);
    }

    public Task DoAsync(Action what) => AskAsync(() =>
    {
        what();
        return true;
    });

    /// <summary>Looks at the state between the shard's turns until it is so.</summary>
    public Task UntilAsync(Func<bool> condition, string what) => Patience.UntilAsync(() =>
    {
        Assert.That(_failure, Is.Null);
        return AskAsync(condition);
    }, what);

    public void Dispose()
    {
        foreach (LinkOwner owner in _owners) DoAsync(owner.Link.Dispose).GetAwaiter().GetResult();
        foreach (LinkOwner owner in _owners) Assert.That(owner.Link.Ended.Wait(Patience.Limit), "everything of a link ends with it");
        _isStopping = true;
        _wake.Set();
        _thread.Join();
        _wake.Dispose();
        Assert.That(_failure, Is.Null);
    }

    private void Run()
    {
        long tickedAt = 0;
        try
        {
            while (!_isStopping)
            {
                Mailbox.Drain();
                if (Environment.TickCount64 - tickedAt >= TickMs)
                {
                    tickedAt = Environment.TickCount64;
                    foreach (LinkOwner owner in _owners) owner.Link.Tick();
                }

                foreach (LinkOwner owner in _owners) owner.Link.Flush();
                if (Mailbox.TrySleep()) _wake.WaitOne(TickMs);
                Mailbox.Awake();
            }
        }
        catch (Exception e)
        {
            _failure = e;
        }
    }
}
