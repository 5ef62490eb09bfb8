using System.Net.Sockets;

namespace RawSse.Server.Transport;

/// <summary>Sets <see cref="SocketTuning"/>'s options through System.Net.Sockets, each where the platform has it.</summary>
internal static class SocketsTuning
{
    private const int LinuxTcpLevel = 6;
    private const int LinuxTcpUserTimeout = 18;
    private const int LinuxTcpNotSentLowAt = 25;

    /// <summary>Linux copies a listener's options to what it accepts; elsewhere each connection is tuned.</summary>
    public static bool IsInherited => OperatingSystem.IsLinux();

    public static void Tune(Socket socket)
    {
        Set(socket, SocketOptionLevel.Tcp, SocketOptionName.NoDelay, 1);
        Set(socket, SocketOptionLevel.Socket, SocketOptionName.KeepAlive, 1);
        Set(socket, SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, SocketTuning.KeepIdleSeconds);
        Set(socket, SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, SocketTuning.KeepIntervalSeconds);
        Set(socket, SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, SocketTuning.KeepCount);
        if (!OperatingSystem.IsLinux())
            return;
        SetRaw(socket, LinuxTcpUserTimeout, SocketTuning.UserTimeoutMs);
        SetRaw(socket, LinuxTcpNotSentLowAt, SocketTuning.NotSentLowAtBytes);
    }

    private static void Set(Socket socket, SocketOptionLevel level, SocketOptionName name, int value)
    {
        try
        {
            socket.SetSocketOption(level, name, value);
        }
        catch (SocketException)
        {
            // This platform does not have it, or the peer is gone: the next transfer tells.
        }
    }

    private static void SetRaw(Socket socket, int name, int value)
    {
        try
        {
            socket.SetRawSocketOption(LinuxTcpLevel, name, BitConverter.GetBytes(value));
        }
        catch (SocketException)
        {
            // An older kernel, or a sandbox that does not know it.
        }
    }
}
