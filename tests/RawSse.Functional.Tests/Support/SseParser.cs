using System.Text;

namespace RawSse.Functional.Tests.Support;

/// <summary>
/// An event stream interpreter after WHATWG HTML §9.2.6, written from the specification and not from the server. A block
/// counts only at its blank line, so a stream cut inside a block leaves <see cref="LastEventId"/> where it was.
/// </summary>
internal sealed class SseParser
{
    private readonly List<byte> _line = [];
    private readonly List<string> _data = [];
    private bool _lastWasCr;
    private bool _first = true;
    private bool _hasId;
    private string _id = "";
    private string? _type;

    public List<SseItem> Items { get; } = [];

    public List<SseItem> Events { get; } = [];

    /// <summary>What a browser would send as Last-Event-ID; null before the first block with an id.</summary>
    public string? LastEventId { get; private set; }

    /// <summary>The id of the first block that had one.</summary>
    public string? FirstId { get; private set; }

    public void Feed(ReadOnlySpan<byte> bytes)
    {
        foreach (byte b in bytes)
        {
            if (b == '\n' && _lastWasCr)
            {
                _lastWasCr = false;
                continue;
            }
            _lastWasCr = b == '\r';
            if (b is (byte)'\n' or (byte)'\r') EndLine();
            else _line.Add(b);
        }
    }

    private void EndLine()
    {
        string line = Encoding.UTF8.GetString(_line.ToArray());
        _line.Clear();
        if (_first && line.StartsWith('\uFEFF')) line = line[1..];
        _first = false;
        if (line.Length == 0)
        {
            Dispatch();
            return;
        }
        int colon = line.IndexOf(':', StringComparison.Ordinal);
        string name = colon < 0 ? line : line[..colon];
        string value = colon < 0 ? "" : line[(colon + 1)..];
        if (value.StartsWith(' ')) value = value[1..];
        switch (name)
        {
            case "": Items.Add(new(SseItemKind.Comment, _id, null, value)); break;
            case "retry": Items.Add(new(SseItemKind.Retry, _id, null, value)); break;
            case "data": _data.Add(value); break;
            case "event": _type = value; break;
            case "id" when !value.Contains('\0', StringComparison.Ordinal): (_id, _hasId) = (value, true); break;
            default: Assert.Fail($"a field that the contract does not know: {line}"); break;
        }
    }

    private void Dispatch()
    {
        if (_hasId) (LastEventId, FirstId) = (_id, FirstId ?? _id);
        if (_data.Count > 0)
        {
            var item = new SseItem(SseItemKind.Event, _id, _type, string.Join('\n', _data));
            Items.Add(item);
            Events.Add(item);
        }
        else if (_hasId)
        {
            Items.Add(new(SseItemKind.Position, _id, null, ""));
        }
        _data.Clear();
        (_type, _hasId) = (null, false);
    }
}
