using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace RawSse.Functional.Tests.Support;

/// <summary>The server as its users start it: a process of its own, told by flags, environment and signals.</summary>
internal sealed partial class ServerProcess : IAsyncDisposable
{
    public const int Interrupt = 2;
    public const int Terminate = 15;

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = [];
    private readonly ConcurrentQueue<string> _errors = [];

    private ServerProcess(Process process) => _process = process;

    /// <summary>Lines of standard output so far.</summary>
    public string[] Output => [.. _output];

    /// <summary>Lines of standard error so far.</summary>
    public string[] Errors => [.. _errors];

    /// <summary>The first address it printed; valid after <see cref="ListeningAsync"/>.</summary>
    public IPEndPoint Endpoint { get; private set; } = new(IPAddress.None, 0);

    public static ServerProcess Start(string[] arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is { } path && Path.GetFileName(path) == "dotnet" ? path : "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "RawSse.Server.dll"));
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        foreach (string name in start.Environment.Keys.Where(k => k.StartsWith("RAWSSE_", StringComparison.Ordinal)).ToArray())
            start.Environment.Remove(name);
        foreach ((string name, string value) in environment) start.Environment[name] = value;
        var server = new ServerProcess(new Process { StartInfo = start });
        server._process.OutputDataReceived += (_, e) => Keep(server._output, e.Data);
        server._process.ErrorDataReceived += (_, e) => Keep(server._errors, e.Data);
        server._process.Start();
        server._process.BeginOutputReadLine();
        server._process.BeginErrorReadLine();
        return server;
    }

    /// <summary>Waits until it printed where it listens and what to try.</summary>
    public async Task ListeningAsync()
    {
        await Patience.UntilAsync(() =>
        {
            Assert.That(_process.HasExited, Is.False, () => $"it ended: {string.Join('\n', _output)} {string.Join('\n', _errors)}");
            return Task.FromResult(_output.Count(line => line.Contains("curl", StringComparison.Ordinal)) >= 2);
        }, "the address and two curl lines");
        Match url = _output.Select(line => Url().Match(line)).First(match => match.Success);
        Endpoint = IPEndPoint.Parse(url.Groups[1].Value);
    }

    public void Signal(int signal) => Assert.That(Kill(_process.Id, signal), Is.Zero);

    /// <summary>Waits for its end and returns the exit code.</summary>
    public async Task<int> ExitAsync()
    {
        try
        {
            await _process.WaitForExitAsync(Patience.Token());
        }
        catch (OperationCanceledException)
        {
            throw new AssertionException($"it did not end; {string.Join('\n', _output)} {string.Join('\n', _errors)}");
        }
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static void Keep(ConcurrentQueue<string> lines, string? line)
    {
        if (!string.IsNullOrWhiteSpace(line)) lines.Enqueue(line);
    }

    [GeneratedRegex(@"http://([0-9.]+:[0-9]+|\[[0-9a-f:]+\]:[0-9]+)")]
    private static partial Regex Url();

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int pid, int signal);
}
