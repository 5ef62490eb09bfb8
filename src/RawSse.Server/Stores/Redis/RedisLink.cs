using System.Globalization;
using System.Text;
using RawSse.Protocol.Resp;
using RawSse.Server.Channels;

namespace RawSse.Server.Stores.Redis;

/// <summary>What a link is for.</summary>
internal enum RedisLinkKind : byte
{
    /// <summary>Commands, answered in their order.</summary>
    Commands,
    /// <summary>Subscribing, and what the subscriptions bring.</summary>
    Subscriptions,
}

/// <summary>
/// A shard's connection to one master, opened anew whenever it is lost. Used and calling back on the shard's thread only, which
/// never waits here: connecting, receiving, and sending what the socket does not take at once run on the thread pool
/// (<see cref="RedisLinkConnector"/>, <see cref="RedisLinkConnection"/>) and come to the shard through its mailbox. Within a
/// connection the order is: OnOpened, then replies in the order of the commands, then every pending command's OnLost, then the
/// owner's. Every callback may call the link, <see cref="Break"/> and <see cref="Dispose"/> included.
/// </summary>
internal sealed class RedisLink : IDisposable
{
    /// <summary>Bytes that may wait to be sent; beyond it the server takes nothing, and the connection is dropped.</summary>
    public const int UnsentBytesMax = 64 << 20;

    /// <summary>How long a command may be pending while nothing at all is received.</summary>
    public const int AnswerMsMax = 3_000;

    /// <summary>How long nothing may be received before the server is asked for a sign of life.</summary>
    public const int SilenceMsMax = 1_000;

    /// <summary>Beyond it a tick is late: the machine was busy, or the process stood still.</summary>
    private const int TickMsMax = 1_000;

    private const int ProblemCharsMax = 100;

    private readonly IRedisLinkOwner _owner;
    private readonly TimeProvider _clock;
    private readonly CancellationTokenSource _stop = new();
    private readonly RedisLinkConnector _connector;
    private readonly Queue<RedisCommand> _pending = new();
    private readonly PingCommand _ping = new();
    private RedisLinkConnection? _connection;

    /// <summary>When this turn's first command was sent; null before it.</summary>
    private long? _turnAt;

    /// <summary>When the PING was sent that nothing has followed; subscriptions only, where it is no pending command.</summary>
    private long? _pingAt;

    /// <summary>When the last tick was; null before the first.</summary>
    private long? _tickedAt;

    /// <summary>When the shard last came late to a tick: what it had not done until then was not the server's fault.</summary>
    private long _lateAt = long.MinValue;
    private bool _isOverfull;
    private bool _isDisposed;

    /// <param name="locator">asked before each attempt to connect</param>
    /// <param name="mailbox">the shard's</param>
    /// <param name="clock">for deadlines, backoff and timeouts</param>
    public RedisLink(
        RedisLinkKind kind, RedisSettings settings, IMasterLocator locator, Mailbox mailbox, IRedisLinkOwner owner,
        TimeProvider clock)
    {
        Kind = kind;
        _owner = owner;
        _clock = clock;
        _connector = new RedisLinkConnector(this, settings, locator, mailbox, clock);
    }

    public RedisLinkKind Kind { get; }

    public bool IsOpen => _connection is not null;

    /// <summary>The master it is, or was last, connected to; null before the first time.</summary>
    public RedisServerInfo? Info { get; private set; }

    /// <summary>Commands whose reply is awaited.</summary>
    public int Pending => _pending.Count;

    /// <summary>Why it is not open, for a log line; null while it is open and before the first attempt has failed.</summary>
    public string? LastProblem => IsOpen ? null : _connector.LastProblem;

    /// <summary>Ends when nothing of the link runs any more, some time after <see cref="Dispose"/>.</summary>
    internal Task Ended { get; private set; } = Task.CompletedTask;

    /// <summary>Begins to connect. Once.</summary>
    public void Start() => Ended = Task.Run(() => _connector.RunAsync(_stop.Token));

    /// <summary>
    /// Sends a command at the next <see cref="Flush"/>. Only while <see cref="IsOpen"/>, on a link for commands; its request
    /// is copied. A command is pending once at a time.
    /// </summary>
    public void Send(RedisCommand command)
    {
        Invariant.Must(Kind == RedisLinkKind.Commands, "a link for subscriptions awaits no replies");
        command.SentAt = _turnAt ??= _clock.GetTimestamp();
        Write(command.Request.Written);
        _pending.Enqueue(command);
    }

    /// <summary>
    /// Sends a request whose answers come as pushes at the next <see cref="Flush"/>. Only while <see cref="IsOpen"/>.
    /// </summary>
    public void Write(ReadOnlySpan<byte> request)
    {
        Invariant.Must(_connection is not null, "requests are written while the link is open");
        // Breaking here would call commands back in the midst of their sending: the flush does it.
        _isOverfull |= _connection.UnsentBytes > UnsentBytesMax;
        if (!_isOverfull)
            _connection.Write(request);
    }

    /// <summary>Sends everything written since the last time. At the end of each turn, also of one that only ticked.</summary>
    public void Flush()
    {
        _turnAt = null;
        if (_isOverfull)
            Break(string.Create(CultureInfo.InvariantCulture, $"it does not take what is sent: over {UnsentBytesMax >> 20} MiB wait"));
        else
            _connection?.Flush();
    }

    /// <summary>
    /// Drops a connection whose server hangs, asks a silent one for a sign of life. About every 100 ms: a server that stops
    /// is found within <see cref="SilenceMsMax"/> and <see cref="AnswerMsMax"/> and one tick.
    /// </summary>
    public void Tick()
    {
        long now = _clock.GetTimestamp();
        if (_tickedAt is { } tickedAt && MsSince(tickedAt, now) > TickMsMax)
            _lateAt = now;
        _tickedAt = now;
        if (_connection is not { HasInput: false } connection)
            return;
        long receivedAt = connection.ReceivedAt;
        if (receivedAt >= _pingAt)
            _pingAt = null;
        long? askedAt = _pending.TryPeek(out RedisCommand? oldest) ? oldest.SentAt : _pingAt;
        if (askedAt is null)
        {
            if (MsSince(receivedAt, now) >= SilenceMsMax)
                Ping(now);
        }
        else if (MsSince(Math.Max(Math.Max(askedAt.Value, receivedAt), _lateAt), now) > AnswerMsMax)
        {
            Break(string.Create(CultureInfo.InvariantCulture, $"no answer for {AnswerMsMax} ms"));
        }
    }

    /// <summary>Drops the connection now, calls back about it, and connects anew. Does nothing while it is not open.</summary>
    public void Break(string reason)
    {
        if (_connection is null)
            return;
        _connection.Release();
        _connection = null;
        _connector.LastProblem = reason;
        // None is added meanwhile: opening takes a turn of its own.
        while (!_isDisposed && _pending.TryDequeue(out RedisCommand? command))
            command.OnLost();
        if (!_isDisposed)
            _owner.OnLost(this, reason);
    }

    /// <summary>Ends it. Nothing is called any more, not even for the commands that are pending.</summary>
    public void Dispose()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        _connection?.Release();
        _connection = null;
        _pending.Clear();
        // What is cancelled may run a while; not on this thread.
        _ = _stop.CancelAsync();
    }

    /// <summary>The connector's, by the mailbox: a connection that can be used. The one before it was released.</summary>
    internal void Open(RedisLinkConnection connection)
    {
        if (_isDisposed)
        {
            connection.Release();
            return;
        }

        _connection = connection;
        _connector.LastProblem = null;
        _pingAt = null;
        _isOverfull = false;
        Info = connection.Info;
        _owner.OnOpened(this);
    }

    /// <summary>Whether the value that begins next is to be taken by elements if it is an array.</summary>
    internal bool TakesElements => _pending.TryPeek(out RedisCommand? oldest) && oldest.TakesElements;

    internal void OnElement(ReadOnlySpan<byte> element) => _pending.Peek().OnElement(this, element);

    /// <summary>After the last element.</summary>
    internal void OnElementsEnd() => _pending.Dequeue().OnReply(this, default);

    /// <summary>One whole value that was received.</summary>
    internal void OnValue(ReadOnlySpan<byte> value)
    {
        if (Kind == RedisLinkKind.Subscriptions)
        {
            if (!RedisPong.IsPong(value))
                _owner.OnPush(this, value);
        }
        else if (value[0] == (byte)RespType.Push)
        {
            _owner.OnPush(this, value);
        }
        else if (_pending.TryDequeue(out RedisCommand? command))
        {
            command.OnReply(this, value);
        }
        else
        {
            Break("it sent what was not asked for: " + Printable(value));
        }
    }

    private void Ping(long now)
    {
        if (Kind == RedisLinkKind.Commands)
        {
            Send(_ping);
            return;
        }

        _pingAt = now;
        Write(_ping.Request.Written);
    }

    private double MsSince(long then, long now) => _clock.GetElapsedTime(then, now).TotalMilliseconds;

    private static string Printable(ReadOnlySpan<byte> value)
    {
        string text = Encoding.Latin1.GetString(value[..Math.Min(value.Length, ProblemCharsMax)]);
        return string.Concat(text.Select(static c => char.IsControl(c) ? ' ' : c)).TrimEnd();
    }

    /// <summary>Asks for a sign of life. Any answer will do, also an error.</summary>
    private sealed class PingCommand : RedisCommand
    {
        public PingCommand()
        {
            RespWriter.WriteCommand(Request, 1);
            RespWriter.WriteBulk(Request, "PING"u8);
        }

        public override void OnReply(RedisLink link, ReadOnlySpan<byte> reply)
        {
        }

        public override void OnLost()
        {
        }
    }
}
