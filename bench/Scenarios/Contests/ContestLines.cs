using RawSse.Bench.Peers;
using RawSse.Bench.Report;

namespace RawSse.Bench.Scenarios.Contests;

/// <summary>Makes a contest's section of the figures that were measured.</summary>
internal sealed class ContestLines(IContest contest, ContestField field, BenchContext context, Figures figures)
{
    private readonly string _baseline = context.Baseline.Name;

    public ContestSection Section => new(contest, [.. Measured()], [.. Judged()], [.. Charts()], [.. Absent()]);

    private IEnumerable<NumberLine> Measured() =>
        from figure in contest.Figures
        from peer in field.Found
        let value = figures.Find(peer.Name, figure.Key)
        where value is not null
        select Line(peer.Name, figure) with { Value = value, Baseline = Baseline(peer.Name, figure), Ratio = Ratio(peer.Name, figure) };

    private IEnumerable<NumberLine> Judged() =>
        from target in Targets.All
        where target.Scenario == contest.Name && (field.AreAllAsked || field.Found.Any(peer => peer.Name == target.Server))
        from against in Opponents(target)
        select Judge(target, against);

    private IEnumerable<string?> Opponents(Target target) => target.Against switch
    {
        null => Enumerable.Repeat<string?>(null, 1),
        Target.EveryPeer => PeerCatalog.All.Where(contest.IsUsual).Select(peer => peer.Name).Where(ContestField.IsRival).Where(IsWanted),
        var one => new[] { one }.Where(IsWanted),
    };

    // A target against somebody whom nobody asked for is not even skipped.
    private bool IsWanted(string server) => field.Found.Any(peer => peer.Name == server) || field.ReasonWithout(server) is not null;

    private NumberLine Judge(Target target, string? against)
    {
        NumberLine line = Line(target.Server, target.Figure) with { Target = target.Describe(against) };
        if (figures.Find(target.Server, target.Figure.Key) is not { } ours)
            return line with { Note = ReasonInShort(target.Server), IsPassed = context.Failures.IsOut(target.Server) ? false : null };
        line = line with { Value = ours };
        if (against is null) return line with { IsPassed = target.Holds(ours) };
        if (figures.Find(against, target.Figure.Key) is not { } theirs) return line with { Note = ReasonInShort(against) };
        Series ratio = ours.Over(theirs);
        return line with { Baseline = theirs, Ratio = ratio, IsPassed = target.Holds(ratio) };
    }

    private IEnumerable<Chart> Charts()
    {
        foreach (Figure figure in contest.Figures.Where(figure => figure.IsCharted))
        {
            ChartBar[] bars = [.. from peer in field.Found
                                  let value = figures.Find(peer.Name, figure.Key)
                                  where value is not null
                                  select new ChartBar(peer.Name, value, Ratio(peer.Name, figure))];
            if (bars.Length > 0) yield return new Chart(contest.Name, figure, _baseline, bars);
        }
    }

    private IEnumerable<string> Absent() =>
        from server in field.Missing.Keys.Concat(field.Found.Select(peer => peer.Name).Where(context.Failures.IsOut))
        select $"{server}: {Reason(server)}";

    // How it failed is told once, below.
    private string ReasonInShort(string server) => context.Failures.IsOut(server) ? $"{server} failed" : $"{server}: {Reason(server)}";

    private string Reason(string server) =>
        context.Failures.Find(server) is { } failure ? $"failed: {failure}" : field.ReasonWithout(server) ?? "not measured";

    private Series? Baseline(string server, Figure figure) => server == _baseline ? null : figures.Find(_baseline, figure.Key);

    // Faults are nothing to divide by.
    private Series? Ratio(string server, Figure figure) =>
        Baseline(server, figure) is { } baseline && baseline.Min > 0 ? figures.Of(server, figure.Key).Over(baseline) : null;

    private NumberLine Line(string server, Figure figure) => new(contest.Name, server, figure.Name, figure.Unit);
}
