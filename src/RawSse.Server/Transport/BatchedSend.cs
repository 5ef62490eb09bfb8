using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace RawSse.Server.Transport;

/// <summary>One of several sends that a transport is given at once (<see cref="ITransport.SendAll"/>).</summary>
internal unsafe struct BatchedSend
{
    /// <summary>A send of native memory, which must stay where it is until SendAll has returned. Not empty.</summary>
    public BatchedSend(int handle, ReadOnlySpan<byte> bytes)
    {
        Handle = handle;
        Start = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(bytes));
        Length = bytes.Length;
    }

    public int Handle { get; }

    public byte* Start { get; }

    public int Length { get; }

    public readonly ReadOnlySpan<byte> Bytes => new(Start, Length);

    /// <summary>Bytes sent, or a negative error number.</summary>
    public int Outcome { get; set; }

    public TransferResult Result { get; set; }
}
