namespace RawSse.Bench.Load.Fleet;

/// <summary>What a load process is told after its plan: a line of JSON.</summary>
/// <param name="Act">what to do</param>
/// <param name="Schedule">Begin: the events that will be published</param>
/// <param name="LastNumber">Finish: the last that was published; 0: none</param>
/// <param name="PatienceSeconds">Finish: how long what is missing is waited for</param>
internal sealed record FleetOrder(FleetAct Act, EventSchedule? Schedule = null, int LastNumber = 0, double PatienceSeconds = 0);

/// <summary>The acts of a load process. It opens its connections without being told.</summary>
internal enum FleetAct
{
    /// <summary>Counts anew.</summary>
    Begin,
    /// <summary>Waits for what was published, and makes the final report of the window.</summary>
    Finish,
}
