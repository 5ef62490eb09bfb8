namespace RawSse.Server.Hosting;

/// <summary>
/// Gives the rest of an application the server that its host started. The server itself is no service: a container would
/// dispose it with whoever asked first, and it does not exist before the host has started.
/// </summary>
public sealed class RawSseAccessor
{
    private volatile RawSseServer? _server;

    internal RawSseAccessor()
    {
    }

    /// <summary>The running server.</summary>
    /// <exception cref="InvalidOperationException">
    /// the host has not started it yet: hosted services start in the order they were added, so add RawSse first
    /// </exception>
    public RawSseServer Server => _server
        ?? throw new InvalidOperationException("RawSse has not started: call AddRawSse before adding the services that publish.");

    internal RawSseServer? ServerOrNull => _server;

    internal void Set(RawSseServer server) => _server = server;
}
