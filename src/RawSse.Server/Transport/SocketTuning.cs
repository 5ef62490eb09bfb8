using System.Net;
using System.Net.Sockets;

namespace RawSse.Server.Transport;

/// <summary>What every connection's socket is set to, whichever transport drives it, and how endpoints share a port.</summary>
internal static class SocketTuning
{
    /// <summary>Connections that wait to be accepted, for each listener. The kernel caps it (net.core.somaxconn).</summary>
    public const int Backlog = 16_384;

    /// <summary>An idle peer is probed after this long.</summary>
    public const int KeepIdleSeconds = 30;

    /// <summary>Then again after each of these.</summary>
    public const int KeepIntervalSeconds = 10;

    /// <summary>
    /// So many unanswered probes end the connection where there is no user timeout. Where there is one, Linux goes by it
    /// alone, so idle + count × interval is the same 60 s: probes at 30, 40 and 50 s, and one lost packet kills nobody.
    /// </summary>
    public const int KeepCount = 3;

    /// <summary>
    /// Bytes that the peer does not acknowledge for this long end the connection (TCP_USER_TIMEOUT, RFC 5482). Linux also
    /// counts a window that stays closed, so no send timeout of ours can be longer than this.
    /// </summary>
    public const int UserTimeoutMs = 60_000;

    /// <summary>
    /// A socket takes more only while fewer unsent bytes than this are in the kernel (TCP_NOTSENT_LOWAT): what a slow
    /// subscriber has not got stays in the log, which is shared, and not in the kernel's memory once for each.
    /// </summary>
    public const int NotSentLowAtBytes = 128 << 10;

    /// <summary>
    /// <c>[::]</c> also takes IPv4 (RFC 3493 §5.3), as an operator expects who names only it. When an IPv4 endpoint is bound
    /// to the same port the two would collide, and the operator evidently wants them apart: then it takes IPv6 only.
    /// </summary>
    public static bool IsDualStack(IPEndPoint endpoint, IReadOnlyList<IPEndPoint> all)
    {
        if (!endpoint.Address.Equals(IPAddress.IPv6Any))
            return false;
        foreach (var other in all)
        {
            if (other.AddressFamily == AddressFamily.InterNetwork && other.Port == endpoint.Port && other.Port != 0)
                return false;
        }

        return true;
    }
}
