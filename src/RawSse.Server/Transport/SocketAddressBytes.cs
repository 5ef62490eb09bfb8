using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;

namespace RawSse.Server.Transport;

/// <summary>
/// struct sockaddr_in and sockaddr_in6 of Linux as bytes: the family in host order, port and address in network order, and
/// for IPv6 the scope in host order.
/// </summary>
[SupportedOSPlatform("linux")]
internal static class SocketAddressBytes
{
    public const int LengthMax = 28;

    private const int IPv4Length = 16;
    private const ulong MappedPrefix = 0xFFFF_0000_0000;

    /// <summary>Writes <paramref name="endpoint"/>; returns the length.</summary>
    public static int Write(IPEndPoint endpoint, Span<byte> bytes)
    {
        bytes[..LengthMax].Clear();
        BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], (ushort)endpoint.Port);
        if (endpoint.AddressFamily == AddressFamily.InterNetwork)
        {
            BitConverter.TryWriteBytes(bytes, (ushort)LibC.AfInet);
            endpoint.Address.TryWriteBytes(bytes[4..], out _);
            return IPv4Length;
        }

        BitConverter.TryWriteBytes(bytes, (ushort)LibC.AfInet6);
        endpoint.Address.TryWriteBytes(bytes[8..], out _);
        BitConverter.TryWriteBytes(bytes[24..], (uint)endpoint.Address.ScopeId);
        return LengthMax;
    }

    public static ushort ReadPort(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);

    public static PeerAddress ReadPeer(ReadOnlySpan<byte> bytes)
    {
        ushort port = ReadPort(bytes);
        return BitConverter.ToUInt16(bytes) == LibC.AfInet
            ? new PeerAddress(new UInt128(0, MappedPrefix | BinaryPrimitives.ReadUInt32BigEndian(bytes[4..])), port)
            : new PeerAddress(BinaryPrimitives.ReadUInt128BigEndian(bytes[8..]), port);
    }
}
