using System.Buffers;
using RawSse.Protocol;
using RawSse.Server.Feed;
using RawSse.Server.Shards;
using RawSse.Server.Transport;

namespace RawSse.Server.Http;

/// <summary>
/// Reads requests and writes answers of a shard's connections that are not streams: pipelined requests one after the
/// other, each answered before the next is looked at.
/// </summary>
internal sealed class RequestLoop
{
    /// <summary>Bytes read from one connection in a turn.</summary>
    private const int ReadBytesMax = 64 << 10;

    private readonly Shard _shard;
    private readonly Router _router;
    private readonly BodyReader _bodies;
    private readonly ExchangePool _exchanges;
    private readonly byte[] _received = new byte[ReadBytesMax];
    private int _running = -1;

    public RequestLoop(Shard shard)
    {
        _shard = shard;
        _router = new Router(shard);
        _bodies = new BodyReader(shard, _router.Publishing);
        _exchanges = new ExchangePool(shard.Node);
    }

    /// <summary>Bytes have come, or <paramref name="hasEnd"/> maybe the end of all: it is read for even after a receive that drained the socket.</summary>
    public void OnReadable(int slot, bool hasEnd)
    {
        ref Connection connection = ref _shard.Connections[slot];
        HttpExchange exchange = connection.Exchange ??= _exchanges.Rent();
        if (exchange.IsHeldBack)
        {
            connection.IsReadReady = true;
            return;
        }
        if (exchange.Bulk is { HasMore: true })
        {
            connection.IsReadReady = true;
            Run(slot);
            return;
        }
        TransferStatus status = exchange.Input.Fill(_shard.Transport, connection.Handle, _received, hasEnd, out int read);
        if (status == TransferStatus.Failed)
        {
            _shard.Close(slot, CloseReason.Reset);
            return;
        }
        connection.IsPeerClosed |= status == TransferStatus.EndOfStream;
        exchange.HasInput |= read > 0;
        if (read >= ReadBytesMax)
            _shard.Sockets.ReadLater(slot);
        Run(slot);
        exchange.Input.Keep();
    }

    public void OnWritable(int slot)
    {
        if (_shard.Connections[slot].Exchange is { Output.IsEmpty: false })
            Run(slot);
    }

    public void OnPublished(PublishRequest request)
    {
        _shard.PublishesInFlight--;
        if (!_shard.Connections.TryFind(request.Token, out int slot) || _shard.Connections[slot].Exchange is not { } exchange)
            return;
        if (exchange.Bulk is { } bulk)
        {
            bulk.OnPublished();
            if (exchange.Phase == ExchangePhase.Answering)
                exchange.Phase = ExchangePhase.Body;
            if (_running != slot && !bulk.IsQueued)
            {
                bulk.IsQueued = true;
                _shard.Sockets.RunLater(request.Token);
            }
            return;
        }
        if (!ReferenceEquals(exchange.Publish, request))
            return;
        _router.Publishing.Finish(exchange);
        if (_running != slot)
            Run(slot);
    }

    /// <summary>Goes on with a bulk publish: all answers that came in this turn are written at once.</summary>
    public void RunQueued(int slot)
    {
        if (_shard.Connections[slot].Exchange?.Bulk is not { IsQueued: true } bulk)
            return;
        bulk.IsQueued = false;
        Run(slot);
    }

    /// <summary>Writes an answer that came later, if the connection still waits for it.</summary>
    public void Answer(ulong token, Action<HttpExchange> write)
    {
        if (!_shard.Connections.TryFind(token, out int slot)
            || _shard.Connections[slot].Exchange is not { Phase: ExchangePhase.Answering } exchange)
            return;
        write(exchange);
        exchange.Phase = ExchangePhase.Answered;
        Run(slot);
    }

    public void OnTimeout(int slot)
    {
        ref Connection connection = ref _shard.Connections[slot];
        if (connection.Exchange is not { } exchange || (exchange.Phase == ExchangePhase.Head && !exchange.HasInput && exchange.Output.IsEmpty))
        {
            _shard.Close(slot, CloseReason.Idle);
            return;
        }
        if (exchange.Phase is ExchangePhase.Answering or ExchangePhase.Answered || !exchange.Output.IsEmpty)
        {
            // The client does not take its answer, or the answer itself is overdue.
            _shard.Close(slot, CloseReason.SendTimeout);
            return;
        }
        string detail = exchange.Phase == ExchangePhase.Head
            ? "the request's head did not arrive in time; see --header-timeout"
            : "the request's body did not arrive in time; see --body-timeout";
        exchange.CloseAfter = CloseReason.RequestTimeout;
        if (exchange.Bulk is not { HasHead: true })
            _shard.Responses.Body(exchange, 408, "application/json"u8, Responses.ErrorJson("request_timeout", detail));
        exchange.Phase = ExchangePhase.Answered;
        Run(slot);
    }

    /// <summary>The connection stops being one of requests.</summary>
    public void Leave(int slot)
    {
        ref Connection connection = ref _shard.Connections[slot];
        if (connection.Exchange is not { } exchange)
            return;
        connection.Exchange = null;
        _exchanges.Return(exchange);
    }

    /// <summary>A request's own turn is under way.</summary>
    public bool IsRunning => _running >= 0;

    public void OnBug() => _running = -1;

    private void Run(int slot)
    {
        _running = slot;
        ulong token = _shard.Connections.TokenOf(slot);
        do
        {
            while (RunOnce(slot))
            {
            }
        }
        while (_shard.Connections.TryFind(token, out slot) && _shard.Connections[slot].State == ConnectionState.Http && Settle(slot));
        _running = -1;
    }

    /// <summary>One step of the request at hand.</summary>
    /// <returns>whether to go on</returns>
    private bool RunOnce(int slot)
    {
        HttpExchange exchange = _shard.Connections[slot].Exchange!;
        switch (exchange.Phase)
        {
            case ExchangePhase.Head:
                return !exchange.IsOutputFull && RunHead(slot, exchange);
            case ExchangePhase.Body:
                return RunBody(slot, exchange);
            case ExchangePhase.Answered when exchange.CloseAfter == CloseReason.None:
                exchange.NextRequest();
                _shard.Connections[slot].DeadlineMs = _shard.NowMs + _shard.Node.Limits.IdleTimeoutMs;
                return true;
            default:
                return false;
        }
    }

    private bool RunHead(int slot, HttpExchange exchange)
    {
        if (!exchange.HasInput)
            return false;
        ReadOnlySequence<byte> input = exchange.Input.Peek();
        ParseStatus status = exchange.Parser.ParseHead(input, out SequencePosition consumed, out _);
        bool isEmpty = exchange.Input.Take(input, consumed);
        exchange.HasInput = status != ParseStatus.Done || !isEmpty;
        if (status == ParseStatus.NeedMore)
        {
            StartHeadTimer(slot, exchange);
            return false;
        }
        if (status == ParseStatus.Rejected)
        {
            _shard.Responses.Rejected(exchange, exchange.Parser.Rejection);
            exchange.Phase = ExchangePhase.Answered;
            return false;
        }
        exchange.IsHeadTimed = false;
        exchange.CloseAfter = exchange.Parser.KeepAlive && !_shard.Node.IsClosing ? CloseReason.None : CloseReason.Done;
        _shard.Connections[slot].DeadlineMs = _shard.NowMs + _shard.Node.Limits.BodyTimeoutMs;
        return exchange.Follow(_router.Route(slot, exchange));
    }

    /// <summary>The head's time runs from its first byte.</summary>
    private void StartHeadTimer(int slot, HttpExchange exchange)
    {
        if (exchange.IsHeadTimed)
            return;
        exchange.IsHeadTimed = true;
        _shard.Connections[slot].DeadlineMs = _shard.NowMs + _shard.Node.Limits.HeaderTimeoutMs;
    }

    private bool RunBody(int slot, HttpExchange exchange) =>
        !exchange.IsOutputFull && _bodies.TryRead(slot, exchange, out HandlerResult result) && exchange.Follow(result);

    /// <summary>Sends what there is, and decides what the connection waits for.</summary>
    /// <returns>whether there is room again for the answers that had to wait</returns>
    private bool Settle(int slot)
    {
        ref Connection connection = ref _shard.Connections[slot];
        HttpExchange exchange = connection.Exchange!;
        bool wasFull = exchange.IsOutputFull;
        if (!exchange.Output.IsEmpty && !Send(slot, exchange))
            return false;
        if (!exchange.Output.IsEmpty)
        {
            connection.DeadlineMs = _shard.NowMs + _shard.Node.Limits.SendTimeoutMs;
            return false;
        }
        if (wasFull && exchange.Phase != ExchangePhase.Answered)
            return true;
        if (exchange.Phase == ExchangePhase.Answered)
        {
            _shard.CloseLingering(slot, exchange.CloseAfter);
            return false;
        }
        bool hasMore = exchange.Bulk is { HasMore: true };
        if (connection.IsPeerClosed && exchange.WaitsForPeer)
        {
            _shard.Close(slot, CloseReason.Client);
            return false;
        }
        if (exchange.Phase == ExchangePhase.Head && !exchange.HasInput)
        {
            if (_shard.Node.IsClosing)
            {
                _shard.CloseLingering(slot, CloseReason.Drain);
                return false;
            }
            Leave(slot);
        }
        if (hasMore || (connection.IsReadReady && connection.Exchange is not { IsHeldBack: true }))
            _shard.Sockets.ReadLater(slot);
        return false;
    }

    private bool Send(int slot, HttpExchange exchange)
    {
        TransferResult result = _shard.Transport.Send(_shard.Connections[slot].Handle, exchange.Output.Written);
        if (result.Status == TransferStatus.Failed)
        {
            _shard.Close(slot, CloseReason.Reset);
            return false;
        }
        exchange.Output.Consume(result.Count);
        return true;
    }
}
