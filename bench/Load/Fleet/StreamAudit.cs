using System.Text;
using RawSse.Protocol.Sse;

namespace RawSse.Bench.Load.Fleet;

/// <summary>
/// The account of one reader of one channel, over all of its connections: each number must follow the one before, unless a gap
/// event has come in between that says so (contract §3).
/// </summary>
internal sealed class StreamAudit : ISseHandler
{
    private const int Unknown = 0;

    private int _next;
    private bool _isGapTold;

    /// <param name="next">the number that must come first; 0: any</param>
    public StreamAudit(int next = Unknown) => _next = next;

    /// <summary>What a reconnect sends; null: nothing was told yet.</summary>
    public string? LastEventId { get; private set; }

    /// <summary>The number of the event that came last.</summary>
    public int Last => _next - 1;
    public long Events { get; private set; }

    /// <summary>Events left out, and nothing said so.</summary>
    public long LostSilently { get; private set; }

    /// <summary>Events left out after a gap event.</summary>
    public long LostTold { get; private set; }
    public long Repeated { get; private set; }
    public long Gaps { get; private set; }

    /// <summary>The last comment: a server may say why it closes.</summary>
    public string LastComment { get; private set; } = "";

    public void OnEvent(ReadOnlySpan<byte> type, ReadOnlySpan<byte> data, ReadOnlySpan<byte> lastEventId)
    {
        if (!lastEventId.IsEmpty) LastEventId = Encoding.UTF8.GetString(lastEventId);
        if (type.SequenceEqual("rawsse.gap"u8))
        {
            Gaps++;
            _isGapTold = true;
            return;
        }
        var stream = default(StreamState);
        if (EventMarker.TryRead(ref stream, ref data, out int number)) Follow(number);
    }

    public void OnIdOnly(ReadOnlySpan<byte> lastEventId) => LastEventId = Encoding.UTF8.GetString(lastEventId);

    public void OnComment(ReadOnlySpan<byte> text) => LastComment = Encoding.UTF8.GetString(text).Trim();

    public void OnRetry(long ms)
    {
    }

    private void Follow(int number)
    {
        Events++;
        if (_next == Unknown) _next = number;
        if (number < _next)
        {
            Repeated++;
            return;
        }
        if (_isGapTold) LostTold += number - _next;
        else LostSilently += number - _next;
        _isGapTold = false;
        _next = number + 1;
    }
}
