using System.Diagnostics.CodeAnalysis;
using RawSse.Server.Channels;

namespace RawSse.Server.Stores.Redis;

/// <summary>
/// The publishes of one shard that are on their way: bounded, and sent in the order in which they were asked for. When some have
/// to be sent again, because Redis does not know the script or a slot has moved, whatever is asked for meanwhile waits until
/// all that was under way is answered, and goes behind them. While a slot moves one goes ahead alone: if more were sent, the
/// first could be refused and the next be taken.
/// </summary>
internal sealed class PublishPipeline(RedisStore store)
{
    /// <summary>Less than a link lets wait, so that a Redis which takes nothing is told from one that is slow.</summary>
    public const long BytesMax = 48 << 20;

    public const int CountMax = 65_536;

    private readonly CommandPool<PublishCommand> _pool = new(() => new PublishCommand(store));
    private readonly Queue<PublishCommand> _again = new();
    private readonly Queue<PublishCommand> _waiting = new();

    /// <summary>Where the publishes of a slot that moves go: the last answer knows best, and all of a slot go the same way.</summary>
    private readonly Dictionary<int, RedisEndpoint?> _routes = [];

    /// <summary>The probe, refused: it stays the first.</summary>
    private PublishCommand? _first;
    private int _count;
    private long _bytes;
    private int _sent;
    private bool _isHolding;
    private bool _isPaused;
    private bool _isProbing;
    private PublishCommand? _probe;
    private RedisServer? _toldInFull;

    public void Append(scoped in NewEvent newEvent, ReadOnlySpan<byte> key, object request)
    {
        bool isFull = _count >= CountMax || _bytes >= BytesMax;
        if (isFull || store.ServerOf(store.SlotOf(newEvent.Channel)) is not { Publishes.IsOpen: true })
        {
            store.Client.OnAppended(request, new AppendResult(isFull ? AppendStatus.Busy : AppendStatus.Unavailable, default), []);
            return;
        }
        PublishCommand command = _pool.Rent();
        command.Set(newEvent, key, request);
        _count++;
        _bytes += command.Bytes;
        if (_isHolding)
            _waiting.Enqueue(command);
        else
            Send(command);
    }

    /// <summary>Redis has it, and replicas too if that is asked for: else it waits for them.</summary>
    public void Answer(PublishCommand command, in AppendResult result)
    {
        command.Result = result;
        ReplicaConfirmations? confirmations = command.Server!.Confirmations;
        OnDone(command);
        if (confirmations is null)
            Release(command, result);
        else
            confirmations.Hold(command);
    }

    /// <summary>It was sent, and this is what became of it.</summary>
    public void Finish(PublishCommand command, AppendStatus status)
    {
        OnDone(command);
        Release(command, new AppendResult(status, default));
    }

    /// <summary>Replicas have answered, or not.</summary>
    public void Release(PublishCommand command, in AppendResult result)
    {
        _count--;
        _bytes -= command.Bytes;
        object request = command.TakeRequest();
        _pool.Return(command);
        store.Client.OnAppended(request, result, []);
    }

    public void Repeat(PublishCommand command, RedisErrorKind kind)
    {
        store.Metrics.Repeats++;
        _isHolding = true;
        if (kind == RedisErrorKind.NoScript)
        {
            command.NeedsText = true;
        }
        else
        {
            _isProbing = true;
            _isPaused |= kind == RedisErrorKind.TryAgain;
            _routes[command.Slot] = command.AskedNext;
        }
        if (ReferenceEquals(command, _probe))
            _first = command;
        else
            _again.Enqueue(command);
        _probe = null;
        OnAnswered();
    }

    /// <summary>
    /// Some slot lives elsewhere now. What is under way may come back and be sent there, so nothing may go there before it.
    /// </summary>
    public void Hold() => _isHolding |= _sent > 0;

    public void Tick()
    {
        _isPaused = false;
        if (_isHolding && _sent == 0)
            GoOn();
    }

    private void OnDone(PublishCommand command)
    {
        if (ReferenceEquals(command, _probe))
        {
            _probe = null;
            _isProbing = false;
        }
        OnAnswered();
    }

    private void OnAnswered()
    {
        _sent--;
        Invariant.Must(_sent >= 0, "a publish is answered once for each time it was sent");
        if (_isHolding && !_isPaused && _sent == 0)
            GoOn();
    }

    /// <summary>Sends what had to wait. Whatever is asked for by those who are answered here comes behind it.</summary>
    private void GoOn()
    {
        _toldInFull = null;
        while (TryNext(out PublishCommand? command))
        {
            command.AskedNext = _routes.GetValueOrDefault(command.Slot);
            Send(command);
            if (!_isProbing || _sent == 0)
                continue;
            _probe = command;
            return;
        }
        _routes.Clear();
        _isProbing = false;
        _isHolding = false;
    }

    private bool TryNext([NotNullWhen(true)] out PublishCommand? command)
    {
        command = _first;
        _first = null;
        return command is not null || _again.TryDequeue(out command) || _waiting.TryDequeue(out command);
    }

    private void Send(PublishCommand command)
    {
        RedisServer? server = store.ServerFor(command);
        if (server is not { Publishes.IsOpen: true })
        {
            Release(command, new AppendResult(AppendStatus.Unavailable, default));
            return;
        }
        if (command.NeedsText && !ReferenceEquals(server, _toldInFull))
        {
            _toldInFull = server;
            command.WriteInFull();
        }
        command.NeedsText = false;
        command.Server = server;
        server.Confirmations?.Expect();
        RedisStore.SendTo(server.Publishes, command);
        _sent++;
    }
}
