namespace RawSse.Redis.Tests.Traffic;

/// <summary>All that one subscriber saw of one channel, over all its connections, in the order in which it came.</summary>
internal sealed class ChannelRecord(string subscriber, string channel)
{
    private readonly List<Observation> _seen = [];

    public string Subscriber { get; } = subscriber;

    public string Channel { get; } = channel;

    /// <summary>Where its first stream started; null before that.</summary>
    public EventId? Start { get; private set; }

    /// <summary>The channel's part of the last id it was given.</summary>
    public EventId Position { get; private set; }

    public IReadOnlyList<Observation> Seen => _seen;

    public void StartAt(EventId position)
    {
        Start ??= position;
        Position = position;
    }

    public void Add(Observation observation)
    {
        _seen.Add(observation);
        Position = observation.Id;
    }
}
