using RawSse.Protocol.Json;
using RawSse.Protocol.Resp;
using RawSse.Protocol.Sse;

namespace RawSse.Server.Stores.Redis;

/// <summary>
/// Reads what comes on the links for subscriptions and tells the client of the messages. Leaves no garbage. Home shard's thread.
/// </summary>
internal sealed class Doorbells(RedisStore store)
{
    private readonly DoorbellReader _reader = new();

    /// <param name="value">a push of RESP3 or the array of RESP2, or an error</param>
    public void OnPush(RedisServer server, ReadOnlySpan<byte> value)
    {
        var reader = new RespReader(value);
        if (!reader.Read())
            return;
        if (reader.IsError)
        {
            OnError(server, reader.Text);
            return;
        }
        if (reader.Count < 3 || !reader.Read())
            return;
        ReadOnlySpan<byte> kind = reader.Text;
        reader.Read();
        ReadOnlySpan<byte> name = reader.Text;
        if (kind.SequenceEqual("message"u8) || kind.SequenceEqual("smessage"u8))
        {
            reader.Read();
            OnMessage(name, reader.Text);
        }
        else if (kind.SequenceEqual("pmessage"u8))
        {
            reader.Read();
            ReadOnlySpan<byte> pubSubChannel = reader.Text;
            reader.Read();
            OnPatternMessage(pubSubChannel, reader.Text);
        }
        else if (kind.SequenceEqual("subscribe"u8) || kind.SequenceEqual("ssubscribe"u8))
            server.Channels.OnSubscribed(name);
        else if (kind.SequenceEqual("psubscribe"u8))
            store.Patterns?.OnSubscribed();
        else if (kind.SequenceEqual("sunsubscribe"u8))
            OnUnsubscribed(server, name);
    }

    /// <summary>Our own publish, as the script answered it: often quicker than the message.</summary>
    public void RingOwn(ReadOnlySpan<byte> channel, scoped in Announcement announcement)
    {
        if (store.Find(channel) is { } subscription && MayTell(subscription))
            store.Client.OnAnnounced(subscription.Channel, announcement);
    }

    /// <param name="channel">the channel's name</param>
    public void Ring(ReadOnlySpan<byte> channel, ReadOnlySpan<byte> payload)
    {
        if (store.Find(channel) is not { } subscription || !MayTell(subscription))
            return;
        bool isEvent = _reader.Read(payload)
            && SseFrame.Measure(_reader.Id, _reader.Type, _reader.Data) <= store.Options.MaxEventBytes;
        if (isEvent)
            store.Client.OnAnnounced(subscription.Channel, new Announcement(_reader.Id, _reader.Prev, _reader.Type, _reader.Data));
        else
            store.Client.OnAnnounced(subscription.Channel, Announcement.Bell);
    }

    private void OnError(RedisServer server, ReadOnlySpan<byte> text)
    {
        if (RedisError.Classify(text) != RedisErrorKind.Moved)
        {
            store.NoteError(RedisErrorKind.Other, text, null);
            if (store.Patterns?.TryTakeRefusal(server) != true)
                server.Channels.OnRefused();
        }
        else if (server.Endpoint is { } endpoint && RedisError.TryReadTarget(text, endpoint, out int slot, out RedisEndpoint? target))
        {
            store.OnMoved(slot, target.Value);
            server.Channels.OnRefused(slot);
        }
    }

    private void OnMessage(ReadOnlySpan<byte> pubSubChannel, ReadOnlySpan<byte> payload)
    {
        store.Metrics.Messages++;
        if (store.Options.Keys.TryGetChannel(pubSubChannel, out ReadOnlySpan<byte> channel))
            Ring(channel, payload);
    }

    private void OnPatternMessage(ReadOnlySpan<byte> pubSubChannel, ReadOnlySpan<byte> payload)
    {
        store.Metrics.Messages++;
        if (store.Options.Keys.TryGetChannel(pubSubChannel, out ReadOnlySpan<byte> channel))
            store.Patterns?.Deliver(channel, payload);
    }

    /// <summary>A slot has left the server, and its subscriptions with it.</summary>
    private void OnUnsubscribed(RedisServer server, ReadOnlySpan<byte> pubSubChannel)
    {
        if (!store.Options.Keys.TryGetChannel(pubSubChannel, out ReadOnlySpan<byte> channel))
            return;
        // One that was closed is not found, or is asked for anew.
        if (store.Find(channel) is not { State: SubscriptionState.Confirmed } subscription
            || !ReferenceEquals(subscription.Server, server))
            return;
        subscription.State = SubscriptionState.Waiting;
        subscription.Miss();
        subscription.HasNewHistory = true;
        store.SubscribeLater(subscription);
        store.Servers.OnLetGo();
    }

    /// <summary>
    /// Before its last id is known, a message only says that there may be more; and while a channel waits to be resumed, all that
    /// it missed is about to be read.
    /// </summary>
    private static bool MayTell(RedisSubscription subscription)
    {
        if (!subscription.IsOpened)
            subscription.IsRung = true;
        return subscription is { IsOpened: true, MustResume: false };
    }
}
