using RawSse.Protocol.Ids;
using RawSse.Server.Feed;

namespace RawSse.Server.Shards;

/// <summary>
/// Turns an answered request into a stream: head, first bytes (contract §3), gaps, and its place in the log or at the
/// beginning of its history.
/// </summary>
internal sealed class StreamStarter(Shard shard)
{
    /// <summary>What follows the first bytes in the log goes out with them when it is no more than this.</summary>
    private const int TogetherBytesMax = 32 << 10;

    private const int RequestsKept = 64;

    private readonly Stack<StreamRequest> _singles = new();
    private readonly ByteBuffer _first = new();
    private readonly CombinedWriter _writer = new(shard);

    /// <summary>A request for a stream of these channels, which begins now unless more is said.</summary>
    public StreamRequest Rent(ReadOnlySpan<ChannelName> names)
    {
        if (names.Length == 1 && _singles.TryPop(out StreamRequest? single))
        {
            single.Channels[0].Name = names[0];
            return single;
        }
        var request = new StreamRequest { Channels = new AttachRequest[names.Length] };
        for (int i = 0; i < names.Length; i++)
            request.Channels[i] = new AttachRequest { Name = names[i], HasSiblings = names.Length > 1 };
        return request;
    }

    /// <summary>Attaches the channels; the stream starts when all have answered, maybe before this returns.</summary>
    public void Attach(int slot, StreamRequest request)
    {
        ref Connection connection = ref shard.Connections[slot];
        connection.State = ConnectionState.Attaching;
        ulong token = shard.Connections.TokenOf(slot);
        request.Outstanding = request.Channels.Length;
        foreach (AttachRequest attach in request.Channels)
        {
            attach.Client = shard;
            attach.Token = token;
            attach.Context = request;
            attach.Ask(shard.Node.FeedOf(attach.Name.Bytes));
        }
    }

    public void OnAttached(AttachRequest attach)
    {
        var request = (StreamRequest)attach.Context!;
        if (--request.Outstanding > 0)
            return;
        if (shard.Connections.TryFind(attach.Token, out int slot) && shard.Connections[slot].State == ConnectionState.Attaching)
            StartOrRefuse(slot, request);
        else
            GiveBack(request);
        if (request.Channels.Length == 1 && attach.IsLocal && _singles.Count < RequestsKept)
            _singles.Push(request);
    }

    /// <summary>The connection went away meanwhile.</summary>
    private static void GiveBack(StreamRequest request)
    {
        foreach (AttachRequest attach in request.Channels)
        {
            if (attach.IsRefused)
                continue;
            ((ChannelView)attach.Reader).Release();
            if (attach.IsJoined)
                attach.Unpin();
        }
    }

    private void StartOrRefuse(int slot, StreamRequest request)
    {
        if (!Array.Exists(request.Channels, static attach => attach.IsRefused))
        {
            Start(slot, request);
            return;
        }
        GiveBack(request);
        byte[] refusal = shard.Responses.LateRefusal(RefusalReason.Store, request.AcceptsStream);
        if (shard.Transport.Send(shard.Connections[slot].Handle, refusal).Status == Transport.TransferStatus.Failed)
            shard.Close(slot, CloseReason.Reset);
        else
            shard.CloseLingering(slot, CloseReason.Refused);
    }

    private void Start(int slot, StreamRequest request)
    {
        ref Connection connection = ref shard.Connections[slot];
        if (connection.IsPeerClosed)
        {
            // Its FIN came with the request: as for a stream that runs, the client is gone.
            GiveBack(request);
            shard.Close(slot, CloseReason.Client);
            return;
        }
        StreamState state = shard.Pump.RentState();
        state.IsCombined = request.Channels.Length > 1;
        state.Fingerprint = request.Fingerprint;
        if (state.IsCombined)
            state.Members = new StreamMember[request.Channels.Length];
        connection.State = ConnectionState.Streaming;
        connection.Stream = state;
        connection.SubscriberIndex = -1;
        connection.View = state.IsCombined ? null : (ChannelView)request.Channels[0].Reader;
        connection.DeadlineMs = shard.LifetimeDeadline();
        if (shard.Node.IsClosing)
        {
            // It was being attached when the drain chose when each stream ends.
            connection.Reason = CloseReason.Drain;
            connection.DeadlineMs = Math.Max(1, shard.NowMs);
        }
        shard.Metrics.Streams++;
        shard.Metrics.Subscriptions += request.Channels.Length;
        if (request.IsResume)
            shard.Metrics.Resumes++;
        Place(slot, state, request);
        WriteFirst(state, request);
        if (!state.IsCombined)
            TakeFromLog(slot, state);
        if (shard.Pump.SendOrKeep(slot, state, _first.Written) && !state.IsBlocked)
            shard.Pump.Run(slot);
        _first.Clear();
    }

    private void Place(int slot, StreamState state, StreamRequest request)
    {
        for (int place = 0; place < request.Channels.Length; place++)
        {
            AttachRequest attach = request.Channels[place];
            state.Members[place] = new StreamMember { View = (ChannelView)attach.Reader, Index = -1, LastId = attach.From };
            if (!attach.IsJoined)
                continue;
            shard.Membership.Join(slot, state, place, attach.Position);
            attach.Unpin();
        }
    }

    private void WriteFirst(StreamState state, StreamRequest request)
    {
        _first.Write(shard.Responses.StreamHead());
        _first.Write(": RawSse\nretry: "u8);
        _first.WriteNumber(shard.RetryMs());
        _first.Write("\n\n"u8);
        WritePosition(state, request);
        Span<byte> askedText = stackalloc byte[EventId.TextBytesMax];
        for (int place = 0; place < request.Channels.Length; place++)
        {
            AttachRequest attach = request.Channels[place];
            if (attach.Gap == GapReason.None)
                continue;
            scoped ReadOnlySpan<byte> asked = request.AskedText;
            if (attach.Start.Kind is Stores.StartKind.After or Stores.StartKind.At)
                asked = askedText[..attach.Start.Id.Format(askedText)];
            else if (attach.Start.Kind == Stores.StartKind.Earliest)
                asked = "0-0"u8;
            state.Members[place].LastId = attach.From;
            _writer.WriteGap(_first, state, place, attach.Gap, asked, attach.Oldest, attach.Newest);
        }
    }

    /// <summary>
    /// The block of only an id. A channel with a gap still stands where it was asked for: a client that is cut before it has
    /// read of the gap asks for the same again. Of an id that cannot be read the client keeps its own.
    /// </summary>
    private void WritePosition(StreamState state, StreamRequest request)
    {
        if (request.Channels[0].Start.Kind == Stores.StartKind.Unreadable)
            return;
        for (int place = 0; place < request.Channels.Length; place++)
        {
            AttachRequest attach = request.Channels[place];
            if (attach.Gap != GapReason.None)
                state.Members[place].LastId = attach.Start.Kind == Stores.StartKind.At ? attach.Start.Id.Previous() : attach.Start.Id;
        }
        _first.Write("id: "u8);
        _first.Write(_writer.FormatId(state));
        _first.Write("\n\n"u8);
    }

    /// <summary>A short replay from the log leaves in the same send as the first bytes: half of a reconnect's cost is its sends.</summary>
    private void TakeFromLog(int slot, StreamState state)
    {
        ref Connection connection = ref shard.Connections[slot];
        if (connection.SubscriberIndex < 0)
            return;
        ref Subscription subscription = ref connection.View![connection.SubscriberIndex];
        long head = connection.View.Log.Head;
        if (subscription.Position >= head)
            return;
        shard.Metrics.ReplayedFromLog += CountTo(connection.View, subscription.Position, head);
        ReadOnlySpan<byte> bytes = connection.View.Log.Read(subscription.Position, head);
        if (bytes.Length > TogetherBytesMax)
            return;
        _first.Write(bytes);
        shard.Delivery.CountDelivered(connection.View, subscription.Position, bytes);
        subscription.Position += bytes.Length;
    }

    private static long CountTo(ChannelView view, long position, long head)
    {
        long frames = 0;
        while (position < head)
        {
            ReadOnlySpan<byte> bytes = view.Log.Read(position, head);
            frames += Protocol.Sse.SseFrame.Count(bytes);
            position += bytes.Length;
        }
        return frames;
    }
}
