using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace RawSse.Server.Stores.Redis;

/// <summary>A TCP connection to a Redis, through TLS if the settings say so. Leaves no garbage for each read and write.</summary>
internal sealed class RedisStream : IDisposable
{
    /// <summary>Until the connection is there.</summary>
    public const int ConnectMsMax = 2_000;

    private const int KeepIdleSeconds = 10;
    private const int KeepIntervalSeconds = 5;
    private const int KeepCount = 3;

    private readonly Socket _socket;
    private readonly Stream _stream;

    private RedisStream(Socket socket, Stream stream)
    {
        _socket = socket;
        _stream = stream;
    }

    public bool IsEncrypted => _stream is SslStream;

    /// <exception cref="RedisLinkException">the authorities that are trusted cannot be read</exception>
    public static async Task<RedisStream> ConnectAsync(
        RedisEndpoint endpoint, RedisSettings settings, TimeProvider clock, CancellationToken stop)
    {
        using var deadline = new RedisDeadline(ConnectMsMax, clock, stop);
        Socket socket = NewSocket(endpoint.Host);
        Stream? stream = null;
        try
        {
            await socket.ConnectAsync(endpoint.Host, endpoint.Port, deadline.Token).ConfigureAwait(false);
            stream = new NetworkStream(socket, ownsSocket: true);
            if (settings.UseTls)
                stream = await RedisTls.OpenAsync(stream, endpoint.Host, settings.CaFile, deadline.Token).ConfigureAwait(false);
            return new RedisStream(socket, stream);
        }
        catch (Exception exception)
        {
            stream?.Dispose();
            socket.Dispose();
            deadline.ThrowIfOver(exception, "no connection");
            throw;
        }
    }

    /// <summary>What went wrong, in one line.</summary>
    public static string Explain(Exception exception) => exception switch
    {
        // The inner one tells more: which part of a certificate, or what the system says.
        IOException or AuthenticationException when exception.InnerException is { } inner => Explain(inner),
        SocketException socketException => socketException.SocketErrorCode switch
        {
            SocketError.ConnectionRefused => "connection refused",
            SocketError.ConnectionReset => "it reset the connection",
            SocketError.HostNotFound or SocketError.NoData => "no address is known for this host",
            _ => socketException.Message,
        },
        _ => exception.Message.ReplaceLineEndings(" "),
    };

    public ValueTask<int> ReadAsync(Memory<byte> memory, CancellationToken stop = default) => _stream.ReadAsync(memory, stop);

    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken stop = default) => _stream.WriteAsync(bytes, stop);

    /// <summary>Ends what reads and writes now, with an exception. Any thread.</summary>
    public void Cut() => _socket.Dispose();

    /// <summary>When nothing reads or writes any more.</summary>
    public void Dispose()
    {
        _stream.Dispose();
        _socket.Dispose();
    }

    private static Socket NewSocket(string host)
    {
        // An address has its own family: there are machines without IPv6, where a socket for both is refused.
        Socket socket = IPAddress.TryParse(host, out IPAddress? address)
            ? new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp)
            : new Socket(SocketType.Stream, ProtocolType.Tcp);
        socket.NoDelay = true;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, KeepIdleSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, KeepIntervalSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, KeepCount);
        return socket;
    }
}
