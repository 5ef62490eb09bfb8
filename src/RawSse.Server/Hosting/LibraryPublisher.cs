using System.Text;
using RawSse.Server.Channels;
using RawSse.Server.Feed;
using RawSse.Server.Http;
using RawSse.Server.Shards;
using RawSse.Server.Stores;

namespace RawSse.Server.Hosting;

/// <summary>Publishes for code in the same process. Any thread.</summary>
internal sealed class LibraryPublisher(Node node) : IFeedClient
{
    private const int InFlightMax = 65_536;

    private int _inFlight;
    private int _isClosed;

    /// <summary>No shard: requests always travel to the channel's home.</summary>
    int IFeedClient.Shard => -1;

    Mailbox? IFeedClient.Mailbox => null;

    public async ValueTask<string> PublishAsync(
        string channel, string data, string? type, string? idempotencyKey, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(channel);
        ArgumentNullException.ThrowIfNull(data);
        cancellationToken.ThrowIfCancellationRequested();
        if (Interlocked.Increment(ref _inFlight) > InFlightMax)
        {
            Interlocked.Decrement(ref _inFlight);
            throw Refused(RefusalReason.Busy);
        }
        AppendResult result;
        try
        {
            result = await Ask(Bytes(channel), Bytes(type ?? ""), Bytes(data), idempotencyKey).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref _inFlight);
        }
        return result.Status switch
        {
            AppendStatus.Stored or AppendStatus.Repeated => result.Id.ToString(),
            AppendStatus.KeyConflict => throw new RawSsePublishException(422, "idempotency_conflict", "this key was used for other data; take another key"),
            _ => throw Refused(Publishing.RefusalOf(result.Status)),
        };
    }

    /// <summary>
    /// The shards have stopped. What was posted before this call is answered by draining their mailboxes after it; what is
    /// posted later fails.
    /// </summary>
    public void Close() => Interlocked.Exchange(ref _isClosed, 1);

    LogReader IFeedClient.CreateReader(Channel channel) => throw new NotSupportedException();

    void IFeedClient.OnAttached(AttachRequest request) => throw new NotSupportedException();

    void IFeedClient.OnPage(PageRequest request) => throw new NotSupportedException();

    void IFeedClient.OnPublished(PublishRequest request) => throw new NotSupportedException();

    private Task<AppendResult> Ask(byte[] channel, byte[] type, byte[] data, string? idempotencyKey)
    {
        byte[] key = idempotencyKey is null ? [] : Bytes(idempotencyKey);
        PublishRules.Problem? problem = PublishRules.CheckChannel(channel)
            ?? PublishRules.CheckType(type)
            ?? PublishRules.CheckData(type, data, node.Limits.MaxEventBytes)
            ?? (idempotencyKey is null ? null : PublishRules.CheckKey(key));
        if (problem is { } found)
            throw new RawSsePublishException(found.Status, found.Error, found.Detail);
        var completion = new TaskCompletionSource<AppendResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        var request = new PublishRequest { Client = this, Completion = completion };
        request.Publish(node.FeedOf(channel), new NewEvent(channel, type, data), key);
        // After the post: either this is seen, or whoever closed drains what was posted.
        if (Volatile.Read(ref _isClosed) != 0)
            completion.TrySetException(new ObjectDisposedException(nameof(RawSseServer)));
        return completion.Task;
    }

    /// <summary>Half a surrogate pair is no text: it is refused, not replaced.</summary>
    private static byte[] Bytes(string text)
    {
        try
        {
            return Strict.GetBytes(text);
        }
        catch (EncoderFallbackException)
        {
            throw new RawSsePublishException(400, "not_utf8", "the text has half a surrogate pair");
        }
    }

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static RawSsePublishException Refused(RefusalReason reason)
    {
        (int status, string error, string detail) = Refusals.Describe(reason);
        return new RawSsePublishException(status, error, detail);
    }
}
