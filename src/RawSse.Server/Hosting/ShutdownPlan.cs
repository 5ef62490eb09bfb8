namespace RawSse.Server.Hosting;

/// <summary>How the streams are closed when the host stops: set by the signal that stops it, read once by the service.</summary>
internal sealed class ShutdownPlan(RawSseOptions options)
{
    /// <summary>Ctrl+C is somebody who waits in front of a terminal.</summary>
    public static readonly TimeSpan InterruptedDrainMax = TimeSpan.FromSeconds(1);

    // What disposing may take beyond the drain before the host gives up waiting.
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(10);

    public TimeSpan Delay { get; private set; } = options.DrainDelay;

    public TimeSpan Over { get; private set; } = options.Drain;

    /// <summary>The longest that stopping may take by either plan.</summary>
    public TimeSpan Timeout { get; } = options.DrainDelay + options.Drain + Margin;

    /// <summary>No delay, and at most <see cref="InterruptedDrainMax"/>.</summary>
    public void Hurry()
    {
        Delay = TimeSpan.Zero;
        if (Over > InterruptedDrainMax)
            Over = InterruptedDrainMax;
    }
}
