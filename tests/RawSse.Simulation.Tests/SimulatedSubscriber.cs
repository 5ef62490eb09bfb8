using System.Text;
using RawSse.Protocol.Ids;
using RawSse.Server.Transport;

namespace RawSse.Simulation.Tests;

/// <summary>
/// A client of streams that behaves as badly as clients do: writes its request in pieces, reads slowly, goes away in the
/// middle of a frame and comes back with the last id it saw. Everything it reads goes to the oracle. One thread.
/// </summary>
internal sealed class SimulatedSubscriber(SimulatedNode node, int shard, string[] channels, Random random)
{
    /// <summary>Blocks that a complaint shows.</summary>
    private const int ToldMax = 12;

    private readonly string[] _channels = [.. channels.Order(StringComparer.Ordinal)];
    private SimulatedClient? _client;
    private byte[] _request = [];
    private int _written;
    private string? _lastId;
    private SseBlocks _blocks = new();
    private StreamOracle? _oracle;
    private readonly List<byte> _head = [];
    private bool _hasHead;
    private bool _isFinished;
    private StreamAsk? _ask;
    private readonly Queue<string> _told = new();

    /// <summary>What a faulty path between server and reader would make of a block; the oracle must notice.</summary>
    public Func<SseBlock, IEnumerable<SseBlock>> Tamper { get; set; } = static block => [block];

    public bool AllowsGaps { get; init; } = true;

    /// <summary>Makes the judge of its next stream; null: the one for a node of its own. Told whether it resumes where it was.</summary>
    public Func<StreamAsk, bool, StreamOracle>? CreateOracle { get; init; }

    /// <summary>Asks only for what it may resume from: no random ids, no garbage.</summary>
    public bool IsFaithful { get; init; }

    public int Events { get; private set; }

    /// <summary>Of streams that have ended.</summary>
    public int Gaps { get; private set; }

    public int GapsSoFar => Gaps + (HasStream ? _oracle!.Gaps : 0);

    /// <summary>Its stream has said where it is.</summary>
    public bool IsPlaced => HasStream && _oracle!.IsPlaced;

    /// <summary>It has a connection, or has not yet noticed that it lost it.</summary>
    public bool HasStream => _client is not null;

    public bool IsConnected => _client is { IsClosed: false };

    /// <summary>One random thing.</summary>
    public void Act()
    {
        if (_client is null)
        {
            Connect(Choose());
            return;
        }
        switch (random.Next(20))
        {
            case < 6:
                WriteSome();
                break;
            case < 12:
                Read();
                break;
            case < 15:
                _client.OpenWindow(random.Next(1, 6000));
                break;
            case 15:
                _client.LimitWindow(random.Next(0, 3000));
                break;
            case 16:
                _client.OpenWindow();
                break;
            case 17 when random.Next(3) == 0:
                Cut();
                break;
            case 18 when random.Next(4) == 0:
                _client.Finish();
                _isFinished = true;
                break;
            default:
                Read();
                break;
        }
    }

    /// <summary>Its next connection is to another node.</summary>
    public void MoveTo(SimulatedNode other, int otherShard)
    {
        node = other;
        shard = otherShard;
    }

    public void Connect(StreamAsk ask)
    {
        bool isResume = ask.Kind == AskKind.Resume && ask.Text == _lastId;
        _oracle = CreateOracle?.Invoke(ask, isResume) ?? new StreamOracle(node.Ledger, _channels, ask) { AllowsGaps = AllowsGaps };
        _ask = ask;
        _told.Clear();
        _blocks = new SseBlocks();
        _head.Clear();
        _hasHead = _isFinished = false;
        _request = ask.Request(_channels);
        _written = 0;
        _client = node.Transports[shard].Connect(0, new PeerAddress((UInt128)0xFFFF_7F00_0001 + (uint)random.Next(3), 40_000));
        if (random.Next(3) == 0)
            _client.LimitWindow(random.Next(0, 2000));
    }

    public void WriteSome(bool all = false)
    {
        int count = all || random.Next(2) == 0 ? _request.Length - _written : random.Next(0, _request.Length - _written + 1);
        if (count == 0 || _isFinished || _client is not { IsClosed: false })
            return;
        _client.Write(_request.AsSpan(_written, count));
        _written += count;
    }

    /// <summary>Takes nothing more until it is told to come back.</summary>
    public void Block() => _client!.LimitWindow(0);

    /// <summary>Takes what has come, and notices an end.</summary>
    public void Read()
    {
        if (_client is not { } client)
            return;
        Take(client.Take());
        if (!client.IsClosed && !client.IsEnded)
            return;
        if (!client.IsClosed)
            client.Reset();
        Leave();
    }

    /// <summary>Goes away at once; of what was on the way some arrived.</summary>
    public void Cut()
    {
        if (_client is not { } client)
            return;
        byte[] bytes = client.Take();
        Take(bytes.AsSpan(0, random.Next(0, bytes.Length + 1)));
        client.Reset();
        Leave();
    }

    /// <summary>Comes back, if it is away, and from now on reads everything.</summary>
    public void ComeBackForGood()
    {
        Read();
        if (_client is { } client && _written == _request.Length && !_isFinished)
        {
            client.OpenWindow();
            return;
        }
        Cut();
        Connect(_lastId is null ? new StreamAsk(AskKind.Now) : new StreamAsk(AskKind.Resume, _lastId));
        _client!.OpenWindow();
        WriteSome(all: true);
    }

    /// <summary>Everything stored must have come.</summary>
    public void AtEnd()
    {
        Read();
        if (_client is null)
            throw new OracleException("the stream ended for no reason");
        Judge(_oracle!.AtEnd);
    }

    private StreamAsk Choose()
    {
        int choice = random.Next(12);
        if (_lastId is not null && (choice < 6 || IsFaithful))
            return new StreamAsk(AskKind.Resume, _lastId);
        Ledger.History history = node.Ledger.Of(_channels[0]);
        EventId known = history.Count == 0 ? new EventId(5, 5) : history.IdAt(random.Next(history.Count));
        bool isSingle = _channels.Length == 1;
        return choice switch
        {
            6 when isSingle && !IsFaithful => new StreamAsk(AskKind.At, known.ToString()),
            7 when isSingle && !IsFaithful => new StreamAsk(AskKind.Resume, known.ToString()),
            8 when isSingle && !IsFaithful => new StreamAsk(AskKind.Resume, new EventId(known.Milliseconds, known.Sequence + (ulong)random.Next(3)).ToString()),
            9 when !IsFaithful => new StreamAsk(AskKind.Resume, "what is this?"),
            10 => new StreamAsk(AskKind.Earliest),
            11 => new StreamAsk(AskKind.Last, Count: random.Next(0, 300)),
            _ => new StreamAsk(AskKind.Now),
        };
    }

    private void Leave()
    {
        Gaps += _oracle!.Gaps;
        _client = null;
    }

    private void Take(ReadOnlySpan<byte> bytes)
    {
        foreach (byte value in bytes)
        {
            if (_hasHead)
            {
                _blocks.Take([value]);
                continue;
            }
            _head.Add(value);
            _hasHead = _head.Count >= 4 && System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_head).EndsWith("\r\n\r\n"u8);
            if (_hasHead && !IsStream())
                return;
        }
        while (_blocks.Blocks.TryDequeue(out SseBlock? block))
        {
            foreach (SseBlock seen in Tamper(block))
            {
                _told.Enqueue($"{seen.Id} {seen.Type} {(seen.Type is null ? seen.Data?.Length : seen.Data)}");
                if (_told.Count > ToldMax)
                    _told.Dequeue();
                Judge(() => _oracle!.Take(seen));
                _lastId = seen.Id;
                if (seen.Type != "rawsse.gap" && seen.Data is not null)
                    Events++;
            }
        }
    }

    private void Judge(Action judgement)
    {
        try
        {
            judgement();
        }
        catch (OracleException complaint)
        {
            throw new OracleException($"{complaint.Message}\nasked: {_ask}\nof: {string.Join(' ', _channels)}\ntold:\n{string.Join('\n', _told)}");
        }
    }

    /// <summary>Whoever takes too long over a request is told so; any other refusal is wrong here.</summary>
    private bool IsStream()
    {
        string head = Encoding.ASCII.GetString(_head.ToArray());
        if (head.StartsWith("HTTP/1.1 200 OK\r\n", StringComparison.Ordinal))
            return true;
        _hasHead = false;
        return head.StartsWith("HTTP/1.1 408 ", StringComparison.Ordinal) ? false : throw new OracleException("refused: " + head);
    }
}
