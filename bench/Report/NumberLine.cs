namespace RawSse.Bench.Report;

/// <summary>One line of the table: a figure of a server, beside the baseline's where there is one.</summary>
internal sealed record NumberLine(string Scenario, string Server, string Name, string Unit)
{
    /// <summary>Null: could not be measured, see <see cref="Note"/>.</summary>
    public Series? Value { get; init; }

    /// <summary>The baseline's figure in the same run.</summary>
    public Series? Baseline { get; init; }

    /// <summary>Of paired measurements.</summary>
    public Series? Ratio { get; init; }

    /// <summary>Empty: told, not judged.</summary>
    public string Target { get; init; } = "";

    /// <summary>Null: not judged.</summary>
    public bool? IsPassed { get; init; }

    public string Note { get; init; } = "";

    /// <summary>The same line with the baseline's figure beside it, if there is one.</summary>
    public NumberLine Beside(Series? baseline) => this with { Baseline = baseline };

    /// <summary>A figure whose median has an upper bound.</summary>
    public static NumberLine AtMost(string scenario, string server, string name, string unit, Series value, double max) =>
        new(scenario, server, name, unit) { Value = value, Target = $"≤ {max:#,0.##} {unit}", IsPassed = value.Median <= max };

    /// <summary>A count of faults, which must be zero in every measurement.</summary>
    public static NumberLine None(string scenario, string server, string name, long count) =>
        new(scenario, server, name, "") { Value = Series.One(count), Target = "0", IsPassed = count == 0 };

    public static NumberLine Skipped(string scenario, string server, string name, string reason) =>
        new(scenario, server, name, "") { Note = reason };
}
