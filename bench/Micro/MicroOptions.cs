using RawSse.Bench.Load;

namespace RawSse.Bench.Micro;

/// <summary>What <c>micro</c> is asked for.</summary>
internal sealed record MicroOptions
{
    /// <summary>Only subjects whose group or name has this in it; empty: all.</summary>
    public string Filter { get; init; } = "";

    /// <summary>BenchmarkDotNet's own job, which decides itself how long it measures.</summary>
    public bool IsLong { get; init; }

    /// <summary>Where results are written; null: bench/results/DATE-HOST.</summary>
    public string? OutputFolder { get; init; }

    /// <summary>What the files' names begin with; a run of some subjects does not take the place of one of all.</summary>
    public string FileName => string.Concat($"micro {Filter}".TrimEnd().Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '-'));

    public static string Help => """
        FILTER         only subjects with this in their group or name (default: all)
        --long         BenchmarkDotNet's own job, which decides itself how long it measures; otherwise a short one
        --out FOLDER   for the files of the result (default bench/results/DATE-HOST)

        Each subject may allocate so much and no more. Exit code 0: none allocates more; 1: one does.
        """;

    /// <summary>Throws a <see cref="LoadException"/> that says what is wrong.</summary>
    public static MicroOptions Parse(IReadOnlyList<string> arguments)
    {
        var options = new MicroOptions();
        for (int i = 0; i < arguments.Count; i++)
        {
            string argument = arguments[i];
            if (argument == "--long") options = options with { IsLong = true };
            else if (argument == "--out") options = options with { OutputFolder = Folder(arguments, ++i) };
            else if (argument.StartsWith('-')) throw new LoadException($"micro has no option {argument}; see --help.");
            else if (options.Filter.Length == 0) options = options with { Filter = argument };
            else throw new LoadException($"micro takes one filter, not '{options.Filter}' and '{argument}'.");
        }
        return options;
    }

    private static string Folder(IReadOnlyList<string> arguments, int index) =>
        index < arguments.Count ? Path.GetFullPath(arguments[index]) : throw new LoadException("--out needs a value.");
}
