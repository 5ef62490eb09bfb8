using System.Globalization;
using System.Text;
using System.Text.Json;
using RawSse.Protocol.Ids;

namespace RawSse.Simulation.Tests;

/// <summary>
/// A publisher on a keep-alive connection: single events and NDJSON, several requests in flight, whole or in pieces. Each
/// answer must name the event that was stored for it. One thread.
/// </summary>
internal sealed class SimulatedPublisher(SimulatedNode node, int shard, string[] channels, int dataBytesMax, Random random)
{
    /// <summary>The least of the times after which a server gives up a request that does not go on.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Queue<(string Channel, string Data)[]> _expected = new();
    private readonly List<byte> _toWrite = [];
    private readonly List<byte> _received = [];
    private SimulatedClient? _client;
    private int _number;

    private bool _isFinished;
    private bool _isRefused;

    // Since when something is unanswered, by the clock of its node.
    private long _busySince;

    public int Confirmed { get; private set; }

    public int Refused { get; private set; }

    public bool IsIdle => _expected.Count == 0;

    public void Act()
    {
        _client ??= node.Transports[shard].Connect();
        switch (random.Next(8))
        {
            case 0 when _expected.Count < 6 && !_isFinished:
                Ask(random.Next(1, 8), isBulk: true);
                break;
            case 1 or 2 when _expected.Count < 6 && !_isFinished:
                Ask(1, isBulk: false);
                break;
            case 3 when random.Next(60) == 0:
                Leave();
                break;
            case 3 when random.Next(20) == 0:
                EndInput();
                break;
            case < 6:
                Write(random.Next(1, 3000));
                break;
            default:
                Read();
                break;
        }
    }

    /// <summary>Sends what it has begun.</summary>
    public void Finish()
    {
        Write(int.MaxValue);
        Read();
    }

    /// <summary>FIN right behind its last byte; all that it asked before that is answered all the same.</summary>
    public void EndInput()
    {
        Write(int.MaxValue);
        if (_client is not { IsClosed: false } client)
            return;
        client.Finish();
        _isFinished = true;
    }

    /// <summary>Nothing that it asked may be left, nor a connection on which it sends no more.</summary>
    public void AtEnd()
    {
        Read();
        if (_expected.Count > 0)
            throw new OracleException($"{_expected.Count} requests are never answered");
        if (_isFinished)
            throw new OracleException("a connection that sends no more is not closed");
    }

    /// <summary>Publishes one event and waits for nothing.</summary>
    public void Publish()
    {
        _client ??= node.Transports[shard].Connect();
        Ask(1, isBulk: false);
        Write(int.MaxValue);
    }

    public void Leave()
    {
        _client?.Reset();
        _client = null;
        _isFinished = _isRefused = false;
        _expected.Clear();
        _toWrite.Clear();
        _received.Clear();
    }

    private void Ask(int count, bool isBulk)
    {
        var events = new (string Channel, string Data)[count];
        for (int i = 0; i < count; i++)
            events[i] = (channels[random.Next(channels.Length)], Data());
        if (_expected.Count == 0)
            _busySince = node.Clock.GetTimestamp();
        _expected.Enqueue(events);
        bool isChunked = random.Next(3) == 0;
        string body = isBulk
            ? string.Join('\n', events.Select(static e => JsonSerializer.Serialize(new { channel = e.Channel, data = e.Data })))
            : events[0].Data;
        string target = isBulk ? "/events" : "/events/" + events[0].Channel;
        string type = isBulk ? "Content-Type: application/x-ndjson\r\n" : "";
        int length = Encoding.UTF8.GetByteCount(body);
        string framing = isChunked ? "Transfer-Encoding: chunked" : "Content-Length: " + length.ToString(CultureInfo.InvariantCulture);
        Put($"POST {target} HTTP/1.1\r\nHost: simulation\r\n{type}{framing}\r\n\r\n");
        Put(isChunked ? $"{length:x}\r\n{body}\r\n0\r\n\r\n" : body);
    }

    private string Data()
    {
        int length = random.Next(4) == 0 ? random.Next(1, dataBytesMax / 8) : random.Next(1, 100);
        var text = new StringBuilder($"{++_number}:");
        while (text.Length < length)
            text.Append(random.Next(12) switch { 0 => "\n", 1 => "\r", 2 => "\r\n", 3 => "é", 4 => ": ", _ => "abcdefgh" });
        return text.ToString();
    }

    private void Put(string text) => _toWrite.AddRange(Encoding.UTF8.GetBytes(text));

    private void Write(int countMax)
    {
        int count = Math.Min(countMax, _toWrite.Count);
        if (count == 0 || _client is not { IsClosed: false })
            return;
        _client.Write(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_toWrite)[..count]);
        _toWrite.RemoveRange(0, count);
    }

    private void Read()
    {
        if (_client is not { } client)
            return;
        _received.AddRange(client.Take());
        while (HttpAnswer.TryTake(_received, out int status, out string body))
            Judge(status, body);
        if (!client.IsClosed && !client.IsEnded)
            return;
        if (_isFinished && !_isRefused && _expected.Count > 0 && node.Clock.GetElapsedTime(_busySince) < Patience)
            throw new OracleException($"{_expected.Count} requests before a FIN were not answered");
        Leave();
    }

    private void Judge(int status, string body)
    {
        if (!_expected.TryDequeue(out (string Channel, string Data)[]? events))
            throw new OracleException($"an answer to nothing: {status} {body}");
        if (status is 503 or 408)
        {
            Refused++;
            _isRefused = true;
            return;
        }
        string[] lines = body.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (status != 200 || lines.Length != events.Length)
            throw new OracleException($"{events.Length} events, answered with {status} {body}");
        for (int i = 0; i < lines.Length; i++)
        {
            using JsonDocument json = JsonDocument.Parse(lines[i]);
            if (!json.RootElement.TryGetProperty("id", out JsonElement element))
            {
                Refused++;
                _isRefused = true;
                continue;
            }
            Confirmed++;
            if (!EventId.TryParse(Encoding.ASCII.GetBytes(element.GetString()!), out EventId id))
                throw new OracleException("an answer with no id: " + lines[i]);
            Ledger.Entry? entry = node.Ledger.Of(events[i].Channel).After(id.Previous());
            string data = events[i].Data.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
            if (entry is null || entry.Id != id || entry.Data != data)
                throw new OracleException($"confirmed as {id}, but something else is stored there");
        }
    }
}
