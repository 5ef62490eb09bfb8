using System.Net.Sockets;
using System.Text;

namespace RawSse.Browser.Tests.Support;

/// <summary>Streams that take all places of a server.</summary>
internal sealed class Crowd(Uri server) : IDisposable
{
    private const int StreamsMax = 1_000;

    private readonly List<TcpClient> _streams = [];

    /// <summary>Opens streams until one is refused the way that an EventSource survives: 200, a comment, retry, the end.</summary>
    public async Task FillAsync()
    {
        for (int i = 0; i < StreamsMax; i++)
        {
            var client = new TcpClient();
            _streams.Add(client);
            string answer = await OpenAsync(client);
            Assert.That(answer, Does.StartWith("HTTP/1.1 200 "));
            if (answer.Contains("\nid: ", StringComparison.Ordinal))
                continue;
            Assert.That(answer, Does.Match("\n:.+\n(.*\n)*retry: [0-9]+\n"), "a refusal says why and when to come back");
            return;
        }

        Assert.Fail($"Nothing was refused up to {StreamsMax} streams.");
    }

    /// <summary>Gives all places back.</summary>
    public void Leave()
    {
        foreach (TcpClient stream in _streams)
            stream.Dispose();
        _streams.Clear();
    }

    public void Dispose() => Leave();

    /// <summary>Reads up to the end of the position block, or up to the end of the stream.</summary>
    private async Task<string> OpenAsync(TcpClient client)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await client.ConnectAsync(server.Host, server.Port, timeout.Token);
        NetworkStream stream = client.GetStream();
        string request = $"GET /events/crowd HTTP/1.1\r\nHost: {server.Authority}\r\nAccept: text/event-stream\r\n\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request), timeout.Token);
        var answer = new StringBuilder();
        byte[] buffer = new byte[4096];
        int count;
        while ((count = await stream.ReadAsync(buffer, timeout.Token)) > 0)
        {
            answer.Append(Encoding.UTF8.GetString(buffer, 0, count));
            if (answer.ToString() is var text && text.IndexOf("\nid: ", StringComparison.Ordinal) is >= 0 and var at
                && text.IndexOf("\n\n", at, StringComparison.Ordinal) >= 0)
                break;
        }

        return answer.ToString();
    }
}
