using System.Diagnostics;

namespace RawSse.Bench.Report;

/// <summary>
/// Where a long run is, on standard error: one line that is rewritten on a terminal, otherwise a line now and then. The time left
/// is what was planned, scaled by how long it took so far.
/// </summary>
internal sealed class Progress(IReadOnlyList<ProgressPart> parts)
{
    private const double TrustSeconds = 10;
    private static readonly TimeSpan s_quiet = TimeSpan.FromSeconds(20);

    private readonly long _startedAt = Stopwatch.GetTimestamp();
    private readonly bool _isTerminal = !Console.IsErrorRedirected;
    private int _part = -1;
    private int _stepsBegun;
    private long? _toldAt;

    /// <summary>Seconds that all of it was planned to take.</summary>
    public double PlannedSeconds => parts.Sum(part => part.Seconds);

    /// <summary>When the part that has begun is going to end, from the start of all, if it goes on as it went.</summary>
    public double SecondsAtEndOfPart
    {
        get
        {
            double before = parts.Take(_part).Sum(part => part.Seconds);
            return Stopwatch.GetElapsedTime(_startedAt).TotalSeconds + parts[_part].Seconds * Pace(before);
        }
    }

    public void BeginNextPart()
    {
        _part++;
        _stepsBegun = 0;
    }

    /// <summary>A step begins.</summary>
    public void Step(string what)
    {
        double done = parts.Take(_part).Sum(part => part.Seconds) + parts[_part].SecondsPerStep * Math.Min(_stepsBegun, parts[_part].Steps);
        _stepsBegun++;
        Show($"{parts[_part].Name} ({_part + 1} of {parts.Count}), {what}; {Left(done)}");
    }

    /// <summary>A line that stays.</summary>
    public void Tell(string line)
    {
        Clear();
        Console.Error.WriteLine(Stamp(line));
    }

    /// <summary>Leaves nothing of the line that is rewritten.</summary>
    public void Clear()
    {
        if (_isTerminal) Console.Error.Write("\r\e[K");
    }

    private string Left(double done)
    {
        double left = (PlannedSeconds - done) * Pace(done);
        return left >= 90 ? $"about {left / 60:0} min left" : $"about {Math.Max(5, Math.Round(left / 5) * 5):0} s left";
    }

    // Until then the plan is all we know.
    private double Pace(double done) => done < TrustSeconds ? 1 : Stopwatch.GetElapsedTime(_startedAt).TotalSeconds / done;

    private void Show(string line)
    {
        if (_isTerminal)
        {
            string text = Stamp(line);
            int width = Console.WindowWidth is > 20 and var known ? known - 1 : 79;
            Clear();
            Console.Error.Write(text.Length > width ? text[..width] : text);
        }
        else if (_toldAt is not { } told || Stopwatch.GetElapsedTime(told) > s_quiet)
        {
            _toldAt = Stopwatch.GetTimestamp();
            Console.Error.WriteLine(Stamp(line));
        }
    }

    private static string Stamp(string line) => $"{TimeProvider.System.GetLocalNow():HH:mm:ss} {line}";
}
