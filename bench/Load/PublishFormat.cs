namespace RawSse.Bench.Load;

/// <summary>What a server wants around an event's data when it is published.</summary>
internal sealed record PublishFormat
{
    /// <summary>Further header fields, each with its line's end.</summary>
    public string Headers { get; init; } = "";

    /// <summary>What stands before the data in the body; where each stream has a channel, <c>{i}</c> is its index.</summary>
    public string Before { get; init; } = "";

    /// <summary>What follows the data in the body.</summary>
    public string After { get; init; } = "";
}
