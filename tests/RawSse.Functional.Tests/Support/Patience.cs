namespace RawSse.Functional.Tests.Support;

/// <summary>How long a test waits for what must happen: generous, since the machine is shared; never a measure.</summary>
internal static class Patience
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(45);

    public static CancellationToken Token() => new CancellationTokenSource(Limit).Token;

    /// <summary>Waits until <paramref name="condition"/> holds, asking again as the server steps.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        var deadline = System.Diagnostics.Stopwatch.StartNew();
        while (!await condition())
        {
            if (deadline.Elapsed > Limit) Assert.Fail($"waited {Limit.TotalSeconds} s for: {what}");
            await Task.Delay(10);
        }
    }

    /// <summary>Moves the clock by <paramref name="step"/>, lets the server step, and again, until the task is done.</summary>
    /// <remarks>Deadlines may be jittered; <paramref name="most"/> bounds what the contract allows in all.</remarks>
    public static async Task AdvanceUntilAsync(this ManualClock clock, Task done, TimeSpan step, TimeSpan most, string what)
    {
        for (var advanced = TimeSpan.Zero; advanced < most && !done.IsCompleted; advanced += step)
        {
            clock.Advance(step);
            await Task.WhenAny(done, Task.Delay(150));
        }
        await Task.WhenAny(done, Task.Delay(Limit));
        if (!done.IsCompleted) Assert.Fail($"after {most} of the clock this had not happened: {what}");
        await done;
    }
}
