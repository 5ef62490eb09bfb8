using RawSse.Protocol.Ids;
using RawSse.Protocol.Sse;
using RawSse.Server.Feed;

namespace RawSse.Server.Shards;

/// <summary>
/// Writes what streams of several channels need made for each: frames under the stream's own id, and gap events. One a
/// shard; its buffers are reused from call to call.
/// </summary>
internal sealed class CombinedWriter(Shard shard)
{
    /// <summary>Frames are collected up to about so many bytes a send.</summary>
    private const int BatchBytes = 64 << 10;

    private readonly ByteBuffer _batch = new();
    private bool _isCollecting;
    private readonly EventId[] _ids = new EventId[StreamId.ChannelsMax];
    private readonly byte[] _idText = new byte[StreamId.TextBytesMax];
    private readonly byte[] _gap = new byte[GapFrame.BytesMax];

    /// <summary>
    /// Takes what the stream's channels have next, from pages or the log, as the bytes to send. They count as sent: the
    /// caller sends or keeps them. A gap event stands among them where its channel goes on.
    /// </summary>
    public ReadOnlySpan<byte> Collect(int slot, StreamState state)
    {
        _batch.Clear();
        _isCollecting = true;
        for (int place = 0; place < state.Members.Length; place++)
            CollectFrom(slot, state, place);
        _isCollecting = false;
        return _batch.Written;
    }

    /// <summary>The stream's id: its one channel's, or all of its channels' together.</summary>
    public ReadOnlySpan<byte> FormatId(StreamState state)
    {
        if (!state.IsCombined)
            return _idText.AsSpan(0, state.Members[0].LastId.Format(_idText));
        for (int i = 0; i < state.Members.Length; i++)
            _ids[i] = state.Members[i].LastId;
        return _idText.AsSpan(0, StreamId.Format(_idText, state.Fingerprint, _ids.AsSpan(0, state.Members.Length)));
    }

    /// <summary>Queues a gap event behind all that was taken or queued before; it goes before anything after this call.</summary>
    public void WriteGap(StreamState state, int place, GapReason reason, EventId asked, EventId oldest, EventId newest)
    {
        Span<byte> askedText = stackalloc byte[EventId.TextBytesMax];
        WriteGap(_isCollecting ? _batch : state.Pending, state, place, reason, askedText[..asked.Format(askedText)], oldest, newest);
    }

    public void WriteGap(
        ByteBuffer output, StreamState state, int place, GapReason reason, ReadOnlySpan<byte> asked, EventId oldest, EventId newest)
    {
        ReadOnlySpan<byte> channel = state.Members[place].View.Channel.Name.Bytes;
        int length = GapFrame.Write(_gap, FormatId(state), channel, StartRules.NameOf(reason), asked, oldest, newest);
        output.Write(_gap.AsSpan(0, length));
        shard.Metrics.Gaps[(int)reason]++;
    }

    /// <summary>An exception may have come in the middle of collecting.</summary>
    public void OnBug() => _isCollecting = false;

    private void CollectFrom(int slot, StreamState state, int place)
    {
        while (_batch.Length < BatchBytes)
        {
            ref StreamMember member = ref state.Members[place];
            if (member.Page is { } page)
            {
                member.PageOffset += Take(state, place, page.Read(member.PageOffset), isReplay: true);
                if (member.PageOffset < page.Length)
                    continue;
                // It may reach further than its last frame: entries that are no events are passed over.
                member.LastId = page.LastId;
                member.Page = null;
                page.LetGo();
            }
            else if (member.Index >= 0)
            {
                ref Subscription subscription = ref member.View[member.Index];
                long head = member.View.Log.Head;
                if (subscription.Position >= head)
                    return;
                subscription.Position += Take(state, place, member.View.Log.Read(subscription.Position, head), isReplay: false);
            }
            else if (!member.IsWaiting)
            {
                shard.Pump.AskForPage(slot, state, place);
            }
            else
            {
                return;
            }
        }
    }

    /// <summary>Copies whole frames under the stream's id until the batch is full; returns the bytes of them.</summary>
    private int Take(StreamState state, int place, ReadOnlySpan<byte> frames, bool isReplay)
    {
        int taken = 0;
        while (taken < frames.Length && _batch.Length < BatchBytes)
        {
            ReadOnlySpan<byte> rest = frames[taken..];
            int length = SseFrame.FirstLength(rest);
            SseFrame.TryReadId(rest, out EventId id);
            state.Members[place].LastId = id;
            _batch.Write("id: "u8);
            _batch.Write(FormatId(state));
            _batch.Write("\n"u8);
            _batch.Write(rest[SseFrame.IdLineLength(rest)..length]);
            taken += length;
            shard.Metrics.Deliveries++;
            if (isReplay)
                shard.Metrics.ReplayedFromStore++;
        }
        shard.Metrics.DeliveredBytes += taken;
        return taken;
    }
}
