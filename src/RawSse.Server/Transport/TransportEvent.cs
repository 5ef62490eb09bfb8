namespace RawSse.Server.Transport;

/// <summary>What may be tried on a connection or listener now.</summary>
[Flags]
internal enum Readiness
{
    None = 0,
    /// <summary>A listener has a connection; the token is the listener's index.</summary>
    Acceptable = 1,
    /// <summary>Bytes or the end of the peer's bytes can be read.</summary>
    Readable = 2,
    /// <summary>A send that would have blocked can be tried again.</summary>
    Writable = 4,
    /// <summary>The peer sends no more (FIN). Bytes before it may still be readable.</summary>
    PeerClosed = 8,
    /// <summary>The connection is dead (RST, timeout): close it.</summary>
    Failed = 16,
}

/// <summary>One turn's news of a connection (<see cref="Token"/> as registered) or listener (its index).</summary>
internal readonly record struct TransportEvent(ulong Token, Readiness Readiness);

internal enum TransferStatus : byte
{
    /// <summary>Some bytes were moved.</summary>
    Done,
    /// <summary>Nothing can be moved now; an event will tell.</summary>
    WouldBlock,
    /// <summary>Receive only: the peer's FIN was read.</summary>
    EndOfStream,
    /// <summary>The connection is dead.</summary>
    Failed,
}

/// <summary>Outcome of a receive or send.</summary>
/// <param name="Status">what became of it</param>
/// <param name="Count">bytes that were moved</param>
/// <param name="IsDrained">
/// A receive took all there was: as if one had followed that would block. Only a FIN of which an event has told may be left, or
/// what stands behind a byte of TCP urgent data, which nobody sends in HTTP: its sender waits until a timeout closes it.
/// </param>
internal readonly record struct TransferResult(TransferStatus Status, int Count, bool IsDrained = false);

internal enum AcceptStatus : byte
{
    Accepted,
    /// <summary>Nobody is waiting.</summary>
    WouldBlock,
    /// <summary>The process or the machine is out of descriptors or buffers: pause accepting.</summary>
    OutOfDescriptors,
}

/// <summary>A peer's address (IPv4 as IPv4-mapped IPv6, network byte order read big-endian) and port.</summary>
internal readonly record struct PeerAddress
{
    // Not one UInt128, whose alignment would cost each connection eight bytes more.
    private readonly ulong _high;
    private readonly ulong _low;

    public PeerAddress(UInt128 address, ushort port)
    {
        _high = (ulong)(address >> 64);
        _low = (ulong)address;
        Port = port;
    }

    public UInt128 Address => new(_high, _low);

    public ushort Port { get; }

    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(bytes, Address);
        var address = new System.Net.IPAddress(bytes);
        return new System.Net.IPEndPoint(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address, Port).ToString();
    }
}
