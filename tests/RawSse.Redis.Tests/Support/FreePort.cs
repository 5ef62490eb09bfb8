using System.Net;
using System.Net.Sockets;

namespace RawSse.Redis.Tests.Support;

/// <summary>
/// Ports of 127.0.0.1 for servers that must be told theirs, and that come back on it: below the range that the system gives
/// to outgoing connections, so that none of those takes one while its server is away. Any thread.
/// </summary>
internal static class FreePort
{
    private const int First = 10_100;
    private const int Last = 32_000;
    private static readonly Lock Gate = new();
    private static readonly HashSet<int> Taken = [];

    /// <summary>A port that nobody listens on and that was not given to another test of this run.</summary>
    public static int Take()
    {
        lock (Gate)
        {
            while (true)
            {
                int port = Random.Shared.Next(First, Last);
                if (!Taken.Contains(port) && IsFree(port) && Taken.Add(port)) return port;
            }
        }
    }

    private static bool IsFree(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
