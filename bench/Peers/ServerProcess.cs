using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using RawSse.Bench.Load;
using RawSse.Bench.Native;

namespace RawSse.Bench.Peers;

/// <summary>
/// A server with all of its processes: started on its CPU or, where it has none, on all; awaited, and killed: a drain would only
/// cost time.
/// </summary>
internal sealed class ServerProcess : IDisposable
{
    private const int OutputLinesMax = 40;
    private static readonly TimeSpan s_readyMax = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan s_endMax = TimeSpan.FromSeconds(5);

    // Since .NET 10 a signal ends a process without ProcessExit unless somebody handles it.
    private static readonly PosixSignalRegistration[] s_signals =
        [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP }.Select(ExitOn)];

    private readonly Process _process;
    private readonly Launch _launch;
    private readonly Queue<string> _output = new();
    private readonly Lock _ending = new();
    private bool _isEnded;

    /// <summary>Starts it; it is ready once the probe (a request, or nothing: a connection is enough) is answered.</summary>
    public ServerProcess(Launch launch, int port, int? cpu, string? readyRequest)
    {
        (_launch, Port) = (launch, port);
        GC.KeepAlive(s_signals);
        launch.Command.RedirectStandardOutput = launch.Command.RedirectStandardError = true;
        _process = StartOrGiveBack(launch, cpu);
        AppDomain.CurrentDomain.ProcessExit += OnExit;
        // A bug on any thread ends this process without ProcessExit and without a finally.
        AppDomain.CurrentDomain.UnhandledException += OnExit;
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        AwaitReady(readyRequest);
        Account = new ServerAccount(ProcessTree.Of(Pid), launch.Redis?.Pid);
    }

    /// <summary>For a server that needs nothing beside it.</summary>
    public ServerProcess(ProcessStartInfo start, int port, int? cpu, string? readyRequest)
        : this(new Launch(start), port, cpu, readyRequest)
    {
    }

    public int Port { get; }

    /// <summary>Where it is published to.</summary>
    public int PublishPort => _launch.PublishPort ?? Port;

    public int Pid => _process.Id;

    /// <summary>Its processes as they were when it was ready.</summary>
    public ServerAccount Account { get; }

    /// <summary>A port of 127.0.0.1 that nobody listens on just now.</summary>
    public static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    /// <summary>How to start this executable again with other arguments.</summary>
    public static ProcessStartInfo Self(params IEnumerable<string> arguments)
    {
        string self = Environment.ProcessPath!;
        bool isHost = Path.GetFileNameWithoutExtension(self) == "dotnet";
        return new ProcessStartInfo(self, isHost ? [typeof(ServerProcess).Assembly.Location, .. arguments] : arguments);
    }

    /// <summary>A child inherits the CPUs of the thread that starts it; null: all of them.</summary>
    public static Process StartPinned(ProcessStartInfo start, int? cpu)
    {
        Process? process = null;
        Cpus.RunOn(cpu, () => process = Process.Start(start));
        return process ?? throw new LoadException($"{start.FileName} did not start.");
    }

    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnExit;
        AppDomain.CurrentDomain.UnhandledException -= OnExit;
        End();
        _process.Dispose();
    }

    // Once: a run that is ended early may be about to end it anyway, on another thread.
    private void End()
    {
        lock (_ending)
        {
            if (_isEnded) return;
            _isEnded = true;
            IReadOnlyList<int> processes = ProcessTree.Of(Pid);
            _process.Kill(entireProcessTree: true);
            long started = Stopwatch.GetTimestamp();
            while (processes.Any(ProcessTree.IsRunning) && Stopwatch.GetElapsedTime(started) < s_endMax) Thread.Sleep(1);
            _launch.Dispose();
        }
    }

    private static Process StartOrGiveBack(Launch launch, int? cpu)
    {
        try
        {
            return StartPinned(launch.Command, cpu);
        }
        catch
        {
            launch.Dispose();
            throw;
        }
    }

    private static PosixSignalRegistration ExitOn(PosixSignal signal) => PosixSignalRegistration.Create(signal, context =>
    {
        context.Cancel = true;
        Environment.Exit(130);
    });

    // A run that is ended early leaves no server behind.
    private void OnExit(object? sender, EventArgs e) => End();

    private void Keep(string? line)
    {
        if (line is null) return;
        lock (_output)
        {
            _output.Enqueue(line);
            if (_output.Count > OutputLinesMax) _output.Dequeue();
        }
    }

    private void AwaitReady(string? request)
    {
        long started = Stopwatch.GetTimestamp();
        while (!Answers(Port, request) || PublishPort != Port && !Answers(PublishPort, request: null))
        {
            if (_process.HasExited || Stopwatch.GetElapsedTime(started) > s_readyMax)
            {
                string output;
                lock (_output) output = string.Join('\n', _output);
                Dispose();
                throw new LoadException($"{_process.StartInfo.FileName} does not answer on port {Port}:\n{output}");
            }
            Thread.Sleep(50);
        }
    }

    private static bool Answers(int port, string? request)
    {
        try
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.ReceiveTimeout = 2000;
            socket.Connect(IPAddress.Loopback, port);
            if (request is null) return true;
            socket.Send(System.Text.Encoding.ASCII.GetBytes(request));
            byte[] answer = new byte[12];
            return socket.Receive(answer) == answer.Length && answer.AsSpan().StartsWith("HTTP/1.1 200"u8);
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
