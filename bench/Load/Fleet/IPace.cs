namespace RawSse.Bench.Load.Fleet;

/// <summary>When the next event is to be published.</summary>
internal interface IPace
{
    bool IsDue(int number, long now);

    /// <summary>When to look again if it is not: a timestamp.</summary>
    long LookAgainAt(int number, long now);

    /// <summary>It is about to be sent.</summary>
    void Sending(int number, long now);
}
