namespace RawSse.Server.Hosting;

/// <summary>Where System.Net.Sockets runs what waits for a socket: Redis' links, and everything with <c>--transport sockets</c>.</summary>
internal static class SocketCompletions
{
    private const string Variable = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";

    /// <summary>
    /// Right on the thread that polls, unless the environment says otherwise; to be called before the first socket is made. All
    /// that waits here hands over to a shard at once, while the way through the thread pool is one more wake-up for each message,
    /// and a worker that spins after it. For a process that is ours alone: other code may do more on that thread than is good.
    /// </summary>
    public static void RunInline()
    {
        if (Environment.GetEnvironmentVariable(Variable) is null)
            Environment.SetEnvironmentVariable(Variable, "1");
    }
}
