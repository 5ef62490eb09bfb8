using RawSse.Protocol.Http;
using RawSse.Server.Channels;
using RawSse.Server.Feed;
using RawSse.Server.Shards;

namespace RawSse.Server.Http;

internal enum ExchangePhase : byte
{
    /// <summary>A head is being read.</summary>
    Head,
    /// <summary>A body is being read.</summary>
    Body,
    /// <summary>The answer comes later.</summary>
    Answering,
    /// <summary>The answer is in the output.</summary>
    Answered,
}

/// <summary>What a request's handler did.</summary>
internal enum HandlerResult : byte
{
    /// <summary>The whole answer is in the output.</summary>
    Answered,
    /// <summary>The body is needed first.</summary>
    NeedsBody,
    /// <summary>The answer comes later.</summary>
    Later,
    /// <summary>The connection became a stream; the exchange is gone.</summary>
    Stream,
}

/// <summary>
/// What a connection needs while a request is read and answered: the bytes that came, the parser, body and output. From a
/// pool of its shard; idle connections and streams have none.
/// </summary>
internal sealed class HttpExchange
{
    /// <summary>Unsent answer bytes beyond which a connection is not read from.</summary>
    private const int OutputBytesMax = 64 << 10;

    private readonly MemoryBudget _budget;
    private int _charged;

    public HttpExchange(int headBytesMax, MemoryBudget budget)
    {
        Parser = new HttpRequestParser(headBytesMax);
        _budget = budget;
    }

    /// <summary>Bytes received and not yet consumed.</summary>
    public RequestInput Input { get; } = new();

    public HttpRequestParser Parser { get; }

    public ByteBuffer Body { get; } = new();

    public ByteBuffer Output { get; } = new();

    public ExchangePhase Phase { get; set; }

    /// <summary>After this answer the connection is closed, for this reason.</summary>
    public CloseReason CloseAfter { get; set; }

    /// <summary>There are bytes in <see cref="Input"/>.</summary>
    public bool HasInput { get; set; }

    /// <summary>The deadline is that of the head under way.</summary>
    public bool IsHeadTimed { get; set; }

    /// <summary>The channel of a publish, percent-decoded.</summary>
    public ByteBuffer Channel { get; } = new();

    /// <summary>The type of a publish, percent-decoded.</summary>
    public ByteBuffer Type { get; } = new();

    public PublishRequest Publish { get; } = new();

    /// <summary>The publish is with the feed: the exchange must not be reused before it is back.</summary>
    public bool IsPublishOut { get; set; }

    /// <summary>Set while the request is a bulk publish.</summary>
    public BulkPublish? Bulk { get; set; }

    /// <summary>The HEAD method: a head without its body.</summary>
    public bool IsHead => Parser.Verb == HttpVerb.Head;

    /// <summary>The client has to take some of its answers before the next request is looked at.</summary>
    public bool IsOutputFull => Output.Length >= OutputBytesMax;

    /// <summary>Nothing may be read from the connection now.</summary>
    public bool IsHeldBack =>
        IsOutputFull || Phase is ExchangePhase.Answering or ExchangePhase.Answered || Bulk is { IsHeldBack: true };

    /// <summary>Nothing goes on until the peer sends more.</summary>
    public bool WaitsForPeer => Phase switch
    {
        ExchangePhase.Head => true,
        ExchangePhase.Body => Bulk is not { } bulk || !(bulk.HasMore || bulk.IsHeldBack || HasInput),
        _ => false,
    };

    /// <summary>Goes into the phase that a handler's work leads to.</summary>
    /// <returns>whether there is something to be done in it at once</returns>
    public bool Follow(HandlerResult result)
    {
        switch (result)
        {
            case HandlerResult.Answered:
                Phase = ExchangePhase.Answered;
                return true;
            case HandlerResult.NeedsBody:
                Phase = ExchangePhase.Body;
                return true;
            case HandlerResult.Later:
                Phase = Phase == ExchangePhase.Answered ? ExchangePhase.Answered : ExchangePhase.Answering;
                return Phase == ExchangePhase.Answered;
            default:
                return false;
        }
    }

    /// <summary>Forgets the request that was answered; what the client sent after it stays.</summary>
    public void NextRequest()
    {
        Parser.Reset();
        Body.Shrink();
        ChargeBody();
        Channel.Clear();
        Type.Clear();
        Bulk = null;
        CloseAfter = CloseReason.None;
        Phase = ExchangePhase.Head;
    }

    /// <summary>
    /// Counts the memory that the body takes now, beyond what an exchange has anyhow. False: all bodies together take more than they may.
    /// </summary>
    public bool ChargeBody()
    {
        int charge = Body.Capacity > ByteBuffer.BytesMin ? Body.Capacity : 0;
        if (charge != _charged)
        {
            _budget.Add(MemoryKind.Request, charge - _charged);
            _charged = charge;
        }
        return !_budget.IsExceededByRequests;
    }

    /// <summary>Ready for another connection.</summary>
    public void Reset()
    {
        NextRequest();
        Output.Shrink();
        Input.Clear();
        HasInput = IsHeadTimed = false;
    }

    /// <summary>Nobody is interested in it any more but the publish that is out, which has its own copy of the body.</summary>
    public void Abandon()
    {
        Body.Release();
        ChargeBody();
    }

    /// <summary>It is used no more: pooled memory goes back.</summary>
    public void Release()
    {
        Reset();
        Body.Release();
        Output.Release();
        Input.Release();
    }
}
