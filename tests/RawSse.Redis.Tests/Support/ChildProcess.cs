using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace RawSse.Redis.Tests.Support;

/// <summary>
/// A server in a process of its own. It never outlives the tests: whoever started it disposes it, and what is left when the
/// run ends is killed, each by its id. Any thread.
/// </summary>
internal sealed partial class ChildProcess : IAsyncDisposable
{
    private const int Interrupt = 2;
    private const int KillNow = 9;
    private const int Terminate = 15;
    private const int ContinueSignal = 18;
    private const int StopSignal = 19;
    private const int OutputLinesMax = 2_000;

    private static readonly ConcurrentDictionary<ChildProcess, byte> Living = [];

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = [];

    static ChildProcess() => AppDomain.CurrentDomain.ProcessExit += (_, _) =>
    {
        foreach (ChildProcess child in Living.Keys) child.Kill();
    };

    private ChildProcess(Process process) => _process = process;

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    /// <summary>The last lines of standard output and standard error.</summary>
    public string[] Output => [.. _output];

    public static ChildProcess Start(string file, IEnumerable<string> arguments, params (string Name, string? Value)[] environment)
    {
        var start = new ProcessStartInfo(file)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        foreach ((string name, string? value) in environment) start.Environment[name] = value;
        var child = new ChildProcess(new Process { StartInfo = start });
        child._process.OutputDataReceived += (_, e) => child.Keep(e.Data);
        child._process.ErrorDataReceived += (_, e) => child.Keep(e.Data);
        try
        {
            child._process.Start();
        }
        catch (Win32Exception e)
        {
            throw new AssertionException($"{file} cannot be started ({e.Message}): ./test.sh installs it");
        }
        Living[child] = 0;
        child._process.StandardInput.Close();
        child._process.BeginOutputReadLine();
        child._process.BeginErrorReadLine();
        return child;
    }

    /// <summary>As <c>kill -9</c>; nothing when it has ended.</summary>
    public void Kill()
    {
        if (!_process.HasExited) Send(_process.Id, KillNow);
    }

    /// <summary>Stands still from now on, connections open: as a machine that hangs.</summary>
    public void Stop() => Signal(StopSignal);

    public void Continue() => Signal(ContinueSignal);

    public void AskToEnd() => Signal(Terminate);

    public void InterruptNow() => Signal(Interrupt);

    /// <summary>Waits for its end and returns the exit code.</summary>
    public async Task<int> ExitAsync()
    {
        try
        {
            await _process.WaitForExitAsync(Patience.Token());
        }
        catch (OperationCanceledException)
        {
            throw new AssertionException($"process {Id} did not end; {Tail()}");
        }
        return _process.ExitCode;
    }

    /// <summary>The last lines it printed, for the message of a test that failed.</summary>
    public string Tail(int lines = 20) => string.Join('\n', _output.TakeLast(lines));

    public async ValueTask DisposeAsync()
    {
        Kill();
        await _process.WaitForExitAsync();
        Living.TryRemove(this, out _);
        _process.Dispose();
    }

    private void Signal(int signal) => Assert.That(Send(_process.Id, signal), Is.Zero, $"signal {signal} to process {_process.Id}");

    private void Keep(string? line)
    {
        if (string.IsNullOrWhiteSpace(line)) return;
        _output.Enqueue(line);
        if (_output.Count > OutputLinesMax) _output.TryDequeue(out _);
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Send(int pid, int signal);
}
