namespace RawSse.Simulation.Tests.Remote;

/// <summary>In what the seam leaves open, how a simulated store behaves.</summary>
internal sealed record StoreManners
{
    /// <summary>Resumes as soon as commands are answered again, and once more when all is announced again; else only then.</summary>
    public bool ResumesEarly { get; init; }

    /// <summary>Where a read finds the entry that it reads after, says only that.</summary>
    public bool TellsFloorOnly { get; init; }

    /// <summary>Asks for the extent with a second command, when something else may have happened.</summary>
    public bool AsksTwice { get; init; }

    /// <summary>Entries of a page are at most so many, drawn anew for each, with the one that is read after: 2 or more.</summary>
    public int CountMax { get; init; } = 100;

    /// <summary>Commands of 100 that the server answers with an error, though it is there.</summary>
    public int Errors { get; set; }
}
