using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace RawSse.Browser.Tests.Support;

/// <summary>The real server in a process of its own. Disposing it kills the process.</summary>
internal sealed partial class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly StringBuilder _output;
    private readonly HttpClient _client;

    private ServerProcess(Process process, StringBuilder output, Uri url)
    {
        _process = process;
        _output = output;
        Url = url;
        _client = new HttpClient { BaseAddress = url, Timeout = TimeSpan.FromSeconds(30) };
    }

    /// <summary>Where it listens, <c>http://127.0.0.1:PORT/</c>.</summary>
    public Uri Url { get; }

    /// <summary>What it has printed so far.</summary>
    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    /// <summary>Starts it on a port of its choice, or on <paramref name="port"/>, and waits until it says where it listens.</summary>
    public static async Task<ServerProcess> StartAsync(string[]? options = null, int port = 0)
    {
        Assert.That(File.Exists(Repository.ServerDll), $"{Repository.ServerDll} is missing: build src/RawSse.Server first.");
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in (string[])[Repository.ServerDll, "--listen", $"127.0.0.1:{port}", .. options ?? []])
            start.ArgumentList.Add(argument);

        var process = new Process { StartInfo = start };
        var output = new StringBuilder();
        var listening = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        process.OutputDataReceived += (_, line) => OnLine(line.Data);
        process.ErrorDataReceived += (_, line) => OnLine(line.Data);
        process.EnableRaisingEvents = true;
        process.Exited += (_, _) => listening.TrySetException(new InvalidOperationException("The server ended."));
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            return new ServerProcess(process, output, await listening.Task.WaitAsync(StartTimeout));
        }
        catch (Exception e) when (e is InvalidOperationException or TimeoutException)
        {
            process.Kill();
            throw new InvalidOperationException($"The server did not start. It printed:\n{output}", e);
        }

        void OnLine(string? line)
        {
            lock (output)
                output.AppendLine(line);
            if (line is not null && ListeningUrl().Match(line) is { Success: true } match)
                listening.TrySetResult(new Uri(match.Value + "/"));
        }
    }

    /// <summary>A port that was free a moment ago, for a server that must come back where it was.</summary>
    public static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    /// <summary>Publishes and returns the id that the server answered.</summary>
    public Task<string> PublishAsync(string channel, string data, string? type = null) =>
        PublishAsync(channel, Encoding.UTF8.GetBytes(data), type);

    /// <inheritdoc cref="PublishAsync(string, string, string?)"/>
    public async Task<string> PublishAsync(string channel, byte[] data, string? type = null)
    {
        string target = "events/" + Uri.EscapeDataString(channel) + (type is null ? "" : "?type=" + Uri.EscapeDataString(type));
        using var content = new ByteArrayContent(data);
        using HttpResponseMessage answer = await _client.PostAsync(target, content);
        string body = await answer.Content.ReadAsStringAsync();
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK), body);
        return JsonDocument.Parse(body).RootElement.GetProperty("id").GetString()!;
    }

    /// <summary>Publishes many events on one channel with one request; all must be stored.</summary>
    public async Task PublishManyAsync(string channel, IEnumerable<string> data)
    {
        string[] lines = [.. data.Select(d => JsonSerializer.Serialize(new { channel, data = d }))];
        using var content = new StringContent(string.Join('\n', lines) + "\n", Encoding.UTF8, "application/x-ndjson");
        using HttpResponseMessage answer = await _client.PostAsync("events", content);
        string body = await answer.Content.ReadAsStringAsync();
        Assert.That(body.Split('\n', StringSplitOptions.RemoveEmptyEntries), Has.Length.EqualTo(lines.Length), body);
        Assert.That(body, Does.Not.Contain("\"error\""));
    }

    /// <summary>Ends it at once, as a crash would.</summary>
    public async Task KillAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _client.Dispose();
        _process.Dispose();
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+")]
    private static partial Regex ListeningUrl();
}
