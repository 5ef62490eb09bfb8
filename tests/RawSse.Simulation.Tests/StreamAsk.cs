using System.Globalization;
using System.Text;
using RawSse.Protocol.Ids;

namespace RawSse.Simulation.Tests;

internal enum AskKind
{
    Now,
    /// <summary>After the id that the client got last, or any other text.</summary>
    Resume,
    At,
    Earliest,
    Last,
}

/// <summary>Where a simulated client asks its stream to start.</summary>
internal sealed record StreamAsk(AskKind Kind, string Text = "", int Count = 0)
{
    /// <summary>The request of a stream of these channels.</summary>
    public byte[] Request(string[] channels)
    {
        string query = Kind switch
        {
            AskKind.At => "from=" + Text,
            AskKind.Earliest => "from=earliest",
            AskKind.Last => "last=" + Count.ToString(CultureInfo.InvariantCulture),
            _ => "",
        };
        string target = channels.Length == 1
            ? $"/events/{channels[0]}?{query}"
            : $"/events?{string.Join('&', channels.Select(static channel => "channel=" + channel))}&{query}";
        string header = Kind == AskKind.Resume ? $"Last-Event-ID: {Text}\r\n" : "";
        return Encoding.UTF8.GetBytes($"GET {target} HTTP/1.1\r\nHost: simulation\r\nAccept: text/event-stream\r\n{header}\r\n");
    }

    /// <summary>The ids that the client names, one a channel; null when it names none or they cannot be read.</summary>
    public EventId[]? IdsFor(int channels, ulong fingerprint)
    {
        var ids = new EventId[channels];
        byte[] text = Encoding.UTF8.GetBytes(Text);
        switch (Kind)
        {
            case AskKind.Earliest:
                return ids;
            case AskKind.Resume when EventId.TryParse(text, out EventId after) && (channels == 1 || after == EventId.Zero):
                Array.Fill(ids, after);
                return ids;
            case AskKind.At when EventId.TryParse(text, out EventId at):
                Array.Fill(ids, at.Previous());
                return ids;
            case AskKind.Resume when channels > 1:
                return StreamId.TryParse(text, fingerprint, ids) ? ids : null;
            default:
                return null;
        }
    }
}
