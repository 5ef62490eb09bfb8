using RawSse.Bench.Report;

namespace RawSse.Bench.Scenarios.Contests;

/// <summary>Runs contests one after the other and keeps what they found.</summary>
internal sealed class ContestRun
{
    private readonly BenchOptions _options;
    private readonly List<(IContest Contest, ContestField Field, BenchOptions Options)> _entries;
    private readonly List<RawMeasurement> _raw = [];
    private readonly Progress _progress;
    private readonly Machine _machine;

    /// <param name="options">rounds, windows and their length are 0 where the contest's own are meant</param>
    public ContestRun(IReadOnlyList<IContest> contests, BenchOptions options)
    {
        _options = options with
        {
            Subscribers = Math.Min(options.Subscribers, BenchContext.StreamsMax),
            SubscribersMax = Math.Min(options.SubscribersMax, BenchContext.StreamsMax),
        };
        // Before anything runs: what is committed meanwhile is not what is measured.
        _machine = Machine.Describe(new BenchContext(_options));
        _entries = [.. contests.Select(contest => (contest, new ContestField(contest, _options)))
            .Where(entry => entry.Item2.AreAllAsked || entry.Item2.Found.Any(peer => options.Servers.Contains(peer.Name)))
            .Select(entry => (entry.contest, entry.Item2, With(entry.contest.Plan, entry.Item2)))];
        _progress = new Progress([.. _entries.Select(entry => Part(entry.Contest, entry.Field, entry.Options))]);
    }

    /// <summary>Nobody who was asked for can take part in anything.</summary>
    public bool IsEmpty => _entries.Count == 0;

    /// <summary>A contest that would not end before is left out, and its section says so.</summary>
    public double SecondsMax { get; init; } = double.PositiveInfinity;

    /// <summary>About how long it will take.</summary>
    public double PlannedSeconds => _progress.PlannedSeconds;

    /// <summary>Every contest that somebody can take part in; each section as soon as it is measured.</summary>
    public IEnumerable<ContestSection> Sections()
    {
        foreach ((IContest contest, ContestField field, BenchOptions options) in _entries)
        {
            var context = new BenchContext(options) { Failures = new Failures(isTolerant: true), Progress = _progress };
            var figures = new Figures();
            _progress.BeginNextPart();
            if (_progress.SecondsAtEndOfPart > SecondsMax)
            {
                yield return new ContestSection(contest, [], [], [], [$"left out, since the time of this run is used up: run {contest.Name} alone"]);
                continue;
            }
            if (field.Found.Count > 0) contest.Run(context, figures);
            _raw.AddRange(context.Raw);
            _progress.Clear();
            yield return new ContestLines(contest, field, context, figures).Section;
        }
    }

    /// <summary>Who takes part in anything, and who is asked for and cannot; a line each.</summary>
    public IEnumerable<string> Field()
    {
        ContestField[] fields = [.. _entries.Select(entry => entry.Field)];
        string[] found = [.. fields.SelectMany(field => field.Found).Select(peer => peer.Name).Distinct()];
        yield return $"servers: {string.Join(", ", found)}";
        foreach ((string server, string reason) in fields.SelectMany(field => field.Missing).DistinctBy(missing => missing.Key))
            if (!found.Contains(server)) yield return $"missing: {server}: {reason}";
    }

    /// <summary>Everything together, once all sections are there.</summary>
    public ContestResult Result(string name, string title, IReadOnlyList<ContestSection> sections) =>
        new(name, title, _machine, _options, sections, _raw);

    private BenchOptions With(ContestPlan plan, ContestField field)
    {
        string[] found = [.. field.Found.Select(peer => peer.Name)];
        return _options with
        {
            Servers = found,
            // Where the floor cannot take part, ratios are to the first that can.
            Baseline = found.Contains(_options.Baseline) ? _options.Baseline : found.FirstOrDefault() ?? _options.Baseline,
            Rounds = _options.Rounds > 0 ? _options.Rounds : plan.Rounds,
            Windows = _options.Windows > 0 ? _options.Windows : plan.Windows,
            WindowSeconds = _options.WindowSeconds > 0 ? _options.WindowSeconds : plan.WindowSeconds,
        };
    }

    private static ProgressPart Part(IContest contest, ContestField field, BenchOptions options)
    {
        double round = contest.Plan.StartSeconds + options.WarmUpSeconds + options.Windows * contest.Plan.WindowSeconds;
        int stepsARound = contest.Plan.HasTurns ? 1 + options.Windows : 1;
        return new ProgressPart(contest.Name, options.Rounds * field.Found.Count * stepsARound, round / stepsARound);
    }
}
