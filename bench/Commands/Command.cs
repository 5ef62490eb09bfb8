namespace RawSse.Bench.Commands;

/// <summary>One thing that this executable does: the first argument names it.</summary>
/// <param name="Arguments">what may follow the name, for the help</param>
/// <param name="Summary">one line for the help</param>
/// <param name="Run">gets what follows the name and returns the exit code; what is wrong with it is a LoadException of one line</param>
internal sealed record Command(string Name, string Arguments, string Summary, Func<IReadOnlyList<string>, int> Run)
{
    /// <summary>What <c>NAME --help</c> tells below the usage.</summary>
    public Func<string>? Details { get; init; }

    /// <summary>This executable starts itself with it; no person does, and no help names it.</summary>
    public bool IsInternal { get; init; }
}
