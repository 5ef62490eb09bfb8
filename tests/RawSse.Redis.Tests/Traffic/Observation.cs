namespace RawSse.Redis.Tests.Traffic;

/// <summary>What a subscriber saw of one channel: an event, or a gap (then <see cref="Data"/> is its reason).</summary>
/// <param name="IsGap">a <c>rawsse.gap</c> event</param>
/// <param name="Id">the event's id in the store, or the position that the gap goes on from</param>
/// <param name="Data">the event's data, or the gap's reason</param>
internal readonly record struct Observation(bool IsGap, EventId Id, string Data);
