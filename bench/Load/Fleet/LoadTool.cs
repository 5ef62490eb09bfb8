using System.Diagnostics;
using System.Runtime.InteropServices;
using RawSse.Bench.Native;

namespace RawSse.Bench.Load.Fleet;

/// <summary>One run of the load tool: opens the streams, publishes or only counts, and tells what was measured.</summary>
internal sealed class LoadTool : IDisposable
{
    /// <summary>A number has eight digits, and a run begins at any that leaves room for all of its events.</summary>
    public const int EventsMax = 50_000_000;

    /// <summary>What may follow the command's name.</summary>
    public const string Arguments = "URL [options] | --calibrate";

    private static readonly TimeSpan s_openPatience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan s_finishPatience = TimeSpan.FromSeconds(5);

    private readonly LoadOptions _options;
    private readonly SendBoard? _board;
    private readonly ServerAccount _server;
    private readonly long _memoryBefore;
    private readonly LoadFleet _fleet;
    private readonly LoadProgress _progress = new();
    private IPace? _pace;
    private volatile bool _isInterrupted;

    /// <param name="options">what to do</param>
    /// <param name="cpu">where the load processes run; null: where this one may</param>
    public LoadTool(LoadOptions options, int? cpu = null)
    {
        _options = options;
        _server = MeasuredServer.Find(options.Pid, options.Target);
        _memoryBefore = _server.Memory.Resident;
        _board = options.InFlight > 0 ? SendBoard.Create() : null;
        _fleet = new LoadFleet(LoadFleet.Share(options.Plan(_board?.Name), options.ProcessCount), cpu);
    }

    /// <summary>Runs <c>load</c> with these arguments. Exit code 0: all streams opened and all that was published arrived; 1: not so.</summary>
    public static int Run(IReadOnlyList<string> arguments)
    {
        if (arguments is ["--calibrate"]) return Calibration.Run();
        LoadOptions options = LoadArguments.Parse(arguments);
        if (options.Cpus.Count > 0) Cpus.Pin(options.Cpus);
        using var tool = new LoadTool(options);
        LoadResult result = tool.Measure();
        Console.Out.WriteLine(LoadSummary.Text(result));
        if (options.JsonFile is { } file) LoadSummary.WriteJson(result, file);
        FleetReport sum = result.Sum;
        bool isExact = sum.Opened == options.Connections && sum.EndedInWindow + sum.Lost + sum.Repeated + result.PublishesRefused == 0;
        return isExact ? 0 : 1;
    }

    public LoadResult Measure()
    {
        using var interrupts = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);
        Open();
        double memory = _server.Pids.Count > 0 ? (double)(_server.Memory.Resident - _memoryBefore) / Math.Max(1, _fleet.Newest.Opened) : 0;
        return Window() with { MemoryPerConnection = memory };
    }

    public void Dispose()
    {
        _fleet.Dispose();
        _board?.Dispose();
    }

    // The first Ctrl-C ends the run, which then tells what it has; the second ends the process.
    private void Interrupt(PosixSignalContext context)
    {
        context.Cancel = !_isInterrupted;
        _isInterrupted = true;
    }

    private void Open()
    {
        bool isOpen = _fleet.AwaitOpen(s_openPatience, report =>
        {
            _progress.Opening(report, _options.Connections);
            return !_isInterrupted;
        });
        FleetReport report = _fleet.Newest;
        if (report.Opened > 0 || _isInterrupted) return;
        string reason = report.Refusal ?? (isOpen ? "closed" : $"no answer within {s_openPatience.TotalSeconds} s");
        throw new LoadException($"http://{_options.Target.Host}{_options.Target.Path} opened no stream: {reason}");
    }

    private LoadResult Window()
    {
        EventSchedule schedule = Schedule();
        _fleet.Begin(schedule);
        using PublishLoop? publish = _options.Publish is null ? null : new PublishLoop(
            new PublishRequest(_options.Publish, _options.Headers, _options.PublishBody, _options.DataBytes), _options.Publishers, schedule, Pace(schedule));
        long lead = Math.Max(0, schedule.StartedAt - Stopwatch.GetTimestamp());
        Thread.Sleep(TimeSpan.FromSeconds((double)lead / Stopwatch.Frequency));
        (long server, long runner, long started) = (_server.Cpu, CpuClock.OfSelf(), Stopwatch.GetTimestamp());
        long endAt = started + (long)((_options.Seconds + _options.WarmUpSeconds) * Stopwatch.Frequency);
        if (publish is not null) publish.Run(endAt, GoOn);
        else while (Stopwatch.GetTimestamp() < endAt && GoOn()) Thread.Sleep(50);
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        int last = publish?.LastNumber ?? 0;
        IReadOnlyList<FleetReport> reports = _fleet.Finish(last < schedule.FirstNumber ? 0 : last, s_finishPatience);
        (server, runner) = (_server.Cpu - server, CpuClock.OfSelf() - runner);
        var result = new LoadResult
        {
            Options = _options,
            Processes = reports,
            EventsPublished = publish?.Published ?? 0,
            PublishesRefused = publish?.Refused ?? 0,
            PublishRefusal = publish?.Refusal,
            Stalled = (_pace as ClosedPace)?.Stalled ?? 0,
            Seconds = seconds,
            IsServerKnown = _server.Pids.Count > 0,
            ServerCpu = server,
            ServerMemory = _server.Memory.Resident,
            RunnerCpu = runner,
            Latency = Percentiles.Of(LoadFleet.Merge(reports, report => report.Latency)),
            ReaderDelay = Percentiles.Of(LoadFleet.Merge(reports, report => report.OwnDelay)),
            PublisherDelay = Percentiles.Of(publish?.OwnDelay ?? new LatencyHistogram()),
            WasEndedEarly = _isInterrupted,
        };
        return result with { Warnings = [.. LoadWarnings.Of(result)] };
    }

    private IPace Pace(EventSchedule schedule) => _pace = _board is null
        ? new OpenPace(schedule)
        : new ClosedPace(schedule, _board, _fleet.Processes, _options.InFlight);

    // Numbers begin anywhere, so that what a stream resumes from an earlier run is not taken for this one's.
    private EventSchedule Schedule()
    {
        const int NumbersMax = 99_999_999;
        double rate = _options.InFlight > 0 ? 0 : _options.Rate;
        double total = _options.Seconds + _options.WarmUpSeconds;
        int count = rate == 0 ? EventsMax : Math.Max(1, (int)(rate * total));
        int first = Random.Shared.Next(1, NumbersMax - count);
        // A quarter of a second until the first: the load processes have to hear of it before.
        long startedAt = Stopwatch.GetTimestamp() + Stopwatch.Frequency / 4;
        return new EventSchedule(startedAt, first, rate, count, first + (int)(rate * _options.WarmUpSeconds))
        {
            TimedAt = rate == 0 ? startedAt + (long)(_options.WarmUpSeconds * Stopwatch.Frequency) : 0,
        };
    }

    private bool GoOn()
    {
        _progress.Measuring(_fleet);
        return !_isInterrupted;
    }
}
