using RawSse.Server.Channels;

namespace RawSse.Server.Shards;

/// <summary>Runs a shard on a thread of its own until it is stopped. A shard that fails takes the process with it.</summary>
internal sealed class ShardThread
{
    private readonly Shard _shard;
    private readonly Thread _thread;
    private volatile bool _isStopping;

    public ShardThread(Shard shard)
    {
        _shard = shard;
        _thread = new Thread(Run) { Name = $"shard {shard.Number}", IsBackground = true };
    }

    public void Start() => _thread.Start();

    /// <summary>Closes the shard's connections and ends its thread; returns when it has ended.</summary>
    public void Stop()
    {
        _isStopping = true;
        _shard.Mailbox.Post(new ActionItem(static () => { }));
        _thread.Join();
    }

    private void Run()
    {
        try
        {
            while (!_isStopping)
                _shard.Step(-1);
            _shard.CloseAll(CloseReason.Shutdown);
        }
        catch (Exception exception)
        {
            _shard.Node.Log.ShardFailed(exception, _shard.Number);
            Environment.FailFast($"RawSse: shard {_shard.Number} failed", exception);
        }
    }
}
