using System.Text;
using RawSse.Protocol.Ids;
using RawSse.Protocol.Resp;

namespace RawSse.Server.Stores.Redis;

/// <summary>
/// A command about one channel, sent to the server that holds the channel's slot. What only says where or how to ask again is
/// dealt with here, so that each kind of command sees real answers only. Reused; the shard's thread.
/// </summary>
internal abstract class ChannelCommand(RedisStore store) : RedisCommand
{
    /// <summary>Times that one question is sent again before it is given up.</summary>
    private const int RepeatsMax = 8;

    /// <summary>How long it is repeated while its slot is moving.</summary>
    private const long MovingMsMax = 2000;

    private RedisScript? _script;
    private int _arguments;
    private int _repeats;
    private long _begunAtMs;

    public RedisStore Store { get; } = store;

    /// <summary>The channel's slot; 0 where there are none.</summary>
    public int Slot { get; protected set; }

    /// <summary>The server that must be asked next, behind an ASKING; null: the slot's own.</summary>
    public RedisEndpoint? AskedNext { get; set; }

    /// <summary>Where the part of <see cref="RedisCommand.Request"/> begins that names no script.</summary>
    protected int ArgumentsStart { get; private set; }

    public sealed override void OnReply(RedisLink link, ReadOnlySpan<byte> reply)
    {
        var reader = new RespReader(reply);
        if (!reader.Read() || !reader.IsError)
        {
            OnAnswer(link, ref reader);
            return;
        }
        RedisErrorKind kind = RedisError.Classify(reader.Text);
        if (MayRepeat(kind))
        {
            Learn(link, kind, reader.Text);
            Repeat(kind);
            return;
        }
        OnError(kind, reader.Text);
        if (kind == RedisErrorKind.NotMaster)
            link.Break("it is no master any more");
    }

    /// <summary>Writes the script's text in the place of its digest. Offsets behind <see cref="ArgumentsStart"/> move with it.</summary>
    public void WriteInFull()
    {
        byte[] arguments = Request.Written[ArgumentsStart..].ToArray();
        Request.Clear();
        _script!.BeginCall(Request, _arguments, inFull: true);
        ArgumentsStart = Request.Length;
        Request.Write(arguments);
    }

    /// <summary>Begins a new question.</summary>
    protected void Begin()
    {
        Request.Clear();
        _repeats = 0;
        _begunAtMs = Store.NowMs;
        AskedNext = null;
    }

    /// <inheritdoc cref="RedisScript.BeginCall"/>
    protected void BeginScript(RedisScript script, int arguments)
    {
        _script = script;
        _arguments = arguments;
        script.BeginCall(Request, arguments, inFull: false);
        ArgumentsStart = Request.Length;
    }

    /// <param name="reader">on the answer, which is no error; at nothing after an array's elements were taken</param>
    protected abstract void OnAnswer(RedisLink link, ref RespReader reader);

    protected abstract void OnError(RedisErrorKind kind, ReadOnlySpan<byte> text);

    /// <summary>Asks again, where and how it must be asked now. Only questions that change nothing may overtake others.</summary>
    protected virtual void Repeat(RedisErrorKind kind)
    {
        if (kind == RedisErrorKind.NoScript)
            WriteInFull();
        if (kind == RedisErrorKind.TryAgain)
            Store.RepeatLater(this);
        else if (!Store.TrySend(this))
            OnLost();
    }

    protected void NoteNonsense(string command, ChannelName channel) =>
        Store.NoteError(RedisErrorKind.Other, Encoding.ASCII.GetBytes($"{command} was answered with what is no answer to it"), channel);

    private bool MayRepeat(RedisErrorKind kind) => kind switch
    {
        RedisErrorKind.NoScript or RedisErrorKind.Moved => _repeats++ < RepeatsMax,
        RedisErrorKind.Ask or RedisErrorKind.TryAgain => Store.NowMs - _begunAtMs < MovingMsMax,
        _ => false,
    };

    private void Learn(RedisLink link, RedisErrorKind kind, ReadOnlySpan<byte> text)
    {
        if (kind is not (RedisErrorKind.Moved or RedisErrorKind.Ask) || link.Info is not { } info)
            return;
        if (!RedisError.TryReadTarget(text, info.Endpoint, out int slot, out RedisEndpoint? target))
            return;
        if (kind == RedisErrorKind.Moved)
            Store.OnMoved(slot, target.Value);
        else
            AskedNext = target;
    }
}
