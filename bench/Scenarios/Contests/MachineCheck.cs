using System.Globalization;
using RawSse.Bench.Load;
using RawSse.Bench.Native;
using RawSse.Bench.Peers;

namespace RawSse.Bench.Scenarios.Contests;

/// <summary>Whether this machine can measure, in lines for people: what there is, and what would make the figures better.</summary>
internal sealed class MachineCheck
{
    private const int StreamsMin = 100;
    private const double LoadMax = 0.5;

    private readonly List<string> _lines = [];

    /// <summary>Throws a <see cref="LoadException"/> when nothing can be measured at all.</summary>
    public MachineCheck(int streams)
    {
        if (!OperatingSystem.IsLinux()) throw new LoadException("The load tool needs Linux: epoll, and the kernel's accounts in /proc.");
        if (RawSseProgram.Missing is { } missing) throw new LoadException(missing);
        if (BenchContext.StreamsMax < StreamsMin)
            throw new LoadException($"An open-file limit of {OpenFiles.Limit} is too low to measure anything: raise it with ulimit -Hn.");
        Streams = Math.Min(streams, BenchContext.StreamsMax);
        TellCpus();
        TellFiles(streams);
        TellLoad();
        TellGovernor();
        if (IsDebug) _lines.Add("built   Debug: run it with -c Release");
    }

    /// <summary>Streams that the limits allow, at most as many as asked for.</summary>
    public int Streams { get; }

    public IReadOnlyList<string> Lines => _lines;

#if DEBUG
    private static bool IsDebug => true;
#else
    private static bool IsDebug => false;
#endif

    private void TellCpus()
    {
        IReadOnlyList<int> cpus = Cpus.Allowed();
        _lines.Add(cpus.Count > 1
            ? $"CPUs    {cpus.Count}: servers on CPU {cpus[0]}, the load tool on CPU {cpus[^1]}"
            : "CPUs    1: servers and the load tool share it, so latencies say little; CPU accounts still count");
    }

    private void TellFiles(int streams) => _lines.Add($"files   {OpenFiles.Limit:N0} a process: {Streams:N0} streams"
        + (Streams < streams ? $" instead of {streams:N0}; raise the limit with ulimit -Hn" : ""));

    private void TellLoad()
    {
        string[] words = Read("/proc/loadavg").Split(' ');
        if (!double.TryParse(words[0], CultureInfo.InvariantCulture, out double load)) return;
        _lines.Add($"load    {load:0.00}" + (load > LoadMax ? ": something else is running (or just was); figures are worth more on a quiet machine" : ""));
    }

    private void TellGovernor()
    {
        string governor = Read("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor");
        if (governor.Length > 0)
            _lines.Add($"clock   governor {governor}" + (governor == "performance" ? "" : ": the clock rate may change within the run; ratios bear that, figures do not"));
    }

    private static string Read(string file) => File.Exists(file) ? File.ReadAllText(file).Trim() : "";
}
