using System.Text;

namespace RawSse.Simulation.Tests;

/// <summary>What stood between two blank lines of a stream; null where there was no such field.</summary>
internal sealed record SseBlock(string? Id, string? Type, string? Data);

/// <summary>
/// Cuts an event stream into blocks after WHATWG HTML §9.2.6, independently of the server's code. A block that the stream's
/// end cut off does not count, as in a browser.
/// </summary>
internal sealed class SseBlocks
{
    private readonly List<byte> _line = [];
    private string? _id;
    private string? _type;
    private string? _data;
    private bool _afterCarriageReturn;

    public Queue<SseBlock> Blocks { get; } = new();

    public int Comments { get; private set; }

    public void Take(ReadOnlySpan<byte> bytes)
    {
        foreach (byte value in bytes)
        {
            bool isPairEnd = value == '\n' && _afterCarriageReturn;
            _afterCarriageReturn = value == '\r';
            if (isPairEnd)
                continue;
            if (value is (byte)'\n' or (byte)'\r')
                EndLine();
            else
                _line.Add(value);
        }
    }

    private void EndLine()
    {
        string line = Encoding.UTF8.GetString(_line.ToArray());
        _line.Clear();
        if (line.Length == 0)
        {
            if (_id is not null || _data is not null)
                Blocks.Enqueue(new SseBlock(_id, _type, _data));
            _id = _type = _data = null;
            return;
        }
        int colon = line.IndexOf(':', StringComparison.Ordinal);
        string name = colon < 0 ? line : line[..colon];
        string value = colon < 0 ? "" : line[(colon + 1)..];
        if (value.StartsWith(' '))
            value = value[1..];
        switch (name)
        {
            case "":
                Comments++;
                break;
            case "id":
                _id = value;
                break;
            case "event":
                _type = value;
                break;
            case "data":
                _data = _data is null ? value : _data + "\n" + value;
                break;
            case "retry":
                break;
            default:
                throw new OracleException($"a field that the contract does not know: {line}");
        }
    }
}

/// <summary>The server broke a promise.</summary>
internal sealed class OracleException(string complaint) : Exception(complaint);
