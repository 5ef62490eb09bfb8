using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace RawSse.Bench.Native;

/// <summary>struct sockaddr_in: an IPv4 address and a port, both in network order.</summary>
[StructLayout(LayoutKind.Sequential, Size = 16)]
internal readonly struct SocketAddress
{
    private readonly ushort _family;
    private readonly ushort _port;
    private readonly uint _address;

    public SocketAddress(byte a, byte b, byte c, byte d, int port)
    {
        _family = Libc.AfInet;
        _port = BinaryPrimitives.ReverseEndianness((ushort)port);
        _address = (uint)(a | b << 8 | c << 16 | d << 24);
    }

    /// <summary>Of an IPv4 address.</summary>
    public static SocketAddress Of(System.Net.IPAddress address, int port)
    {
        byte[] bytes = address.GetAddressBytes();
        return new SocketAddress(bytes[0], bytes[1], bytes[2], bytes[3], port);
    }

    public static SocketAddress Loopback(int port) => new(127, 0, 0, 1, port);
}
