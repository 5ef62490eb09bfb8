namespace RawSse.Redis.Tests.Traffic;

/// <summary>What a scenario allows its subscribers to miss.</summary>
public enum GapRule
{
    /// <summary>The store loses nothing: no gap may be announced, no event may be seen that the store has not got.</summary>
    None,
    /// <summary>
    /// The store may lose events that were seen: then a gap must follow before anything else. What the store kept still
    /// reaches everybody.
    /// </summary>
    StoreLoses,
    /// <summary>Also what the store kept may be missed inside a gap that was announced.</summary>
    Announced,
}
