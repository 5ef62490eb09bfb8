using System.Buffers;
using RawSse.Protocol;
using RawSse.Server.Shards;

namespace RawSse.Server.Http;

/// <summary>Decodes the bodies of publishes, within their bounds of memory and time.</summary>
internal sealed class BodyReader(Shard shard, Publishing publishing)
{
    /// <summary>Takes what has arrived of the body.</summary>
    /// <returns>false: nothing more can be done before more arrives, or answers come</returns>
    public bool TryRead(int slot, HttpExchange exchange, out HandlerResult result)
    {
        if (exchange.Bulk is { } bulk)
            return TryReadBulk(slot, exchange, bulk, out result);
        ParseStatus status = Parse(exchange, long.MaxValue);
        result = HandlerResult.Answered;
        if (!exchange.ChargeBody())
        {
            shard.Responses.Refuse(exchange, RefusalReason.Busy, isStream: false);
        }
        else if (status == ParseStatus.Rejected)
        {
            shard.Responses.Rejected(exchange, exchange.Parser.Rejection);
        }
        else if (status == ParseStatus.Done)
        {
            exchange.Phase = ExchangePhase.Answering;
            result = publishing.OnBody(slot, exchange);
        }
        else
        {
            return false;
        }
        return true;
    }

    private bool TryReadBulk(int slot, HttpExchange exchange, BulkPublish bulk, out HandlerResult result)
    {
        result = HandlerResult.NeedsBody;
        if (bulk.IsHeldBack)
            return false;
        if (!bulk.IsEnded && !bulk.HasMore)
        {
            // Each line has the body's time, from the end of the one before: a client must not hold half a line for ever.
            if (exchange.Body.IsEmpty && exchange.HasInput)
                RestartTimer(slot);
            ParseStatus status = Parse(exchange, BulkPublish.BytesAtOnce);
            bulk.IsEnded = status == ParseStatus.Done;
            if (!exchange.ChargeBody())
                bulk.Refuse(RefusalReason.Busy);
            else if (status == ParseStatus.Rejected)
                bulk.Reject(exchange.Parser.Rejection);
        }
        result = bulk.Continue();
        if (bulk.TakeProgress())
            RestartTimer(slot);
        return result != HandlerResult.NeedsBody || (exchange.HasInput && !bulk.HasMore);
    }

    private void RestartTimer(int slot) => shard.Connections[slot].DeadlineMs = shard.NowMs + shard.Node.Limits.BodyTimeoutMs;

    /// <summary>Decodes at most <paramref name="bytesMax"/> received bytes of the body.</summary>
    private static ParseStatus Parse(HttpExchange exchange, long bytesMax)
    {
        ReadOnlySequence<byte> input = exchange.Input.Peek();
        ReadOnlySequence<byte> bytes = input.Length <= bytesMax ? input : input.Slice(0, bytesMax);
        ParseStatus status = exchange.Parser.ParseBody(bytes, exchange.Body, out SequencePosition consumed, out _);
        exchange.HasInput = !exchange.Input.Take(input, consumed);
        return status;
    }
}
