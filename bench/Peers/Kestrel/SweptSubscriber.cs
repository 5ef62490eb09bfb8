using System.IO.Pipelines;

namespace RawSse.Bench.Kestrel;

/// <summary>
/// A stream of an <see cref="SweptChannel"/>. Only one at a time writes to it: itself while it catches up, and the channel's sweep
/// while it is live.
/// </summary>
internal sealed class SweptSubscriber(HttpContext context, long position)
{
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public PipeWriter Writer { get; } = context.Response.BodyWriter;

    /// <summary>The id of the last event written to it.</summary>
    public long Position { get; set; } = position;

    /// <summary>Its place among the live ones, which only the sweep knows; -1: it is not among them.</summary>
    public int Index { get; set; } = -1;

    /// <summary>The client has gone; under the channel's lock.</summary>
    public bool IsEnded { get; set; }

    /// <summary>Completes when the channel does not touch it any more, so that its request may end.</summary>
    public Task Released => _released.Task;

    public void Release() => _released.TrySetResult();

    /// <summary>Closes the connection: what the client missed is not kept any more.</summary>
    public void Abort() => context.Abort();
}
