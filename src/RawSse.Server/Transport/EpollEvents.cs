using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace RawSse.Server.Transport;

/// <summary>
/// The array of struct epoll_event that the kernel fills: a 32-bit event mask and our 64 bits of data. The struct is packed
/// into 12 bytes on x86-64 and x86, and padded to 16 with the data at 8 on every other architecture. Allocated once: polling
/// allocates nothing.
/// </summary>
internal sealed unsafe class EpollEvents : IDisposable
{
    private static readonly bool s_packed = RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.X86;
    private static readonly int s_dataOffset = s_packed ? 4 : 8;
    private static readonly int s_stride = s_packed ? 12 : 16;

    private byte* _entries;

    public EpollEvents(int capacity)
    {
        Capacity = capacity;
        _entries = (byte*)NativeMemory.AllocZeroed((nuint)capacity, (nuint)s_stride);
    }

    public int Capacity { get; }

    public byte* Start => _entries;

    public uint Mask(int index) => Unsafe.ReadUnaligned<uint>(_entries + (index * s_stride));

    public ulong Data(int index) => Unsafe.ReadUnaligned<ulong>(_entries + (index * s_stride) + s_dataOffset);

    public void Set(int index, uint mask, ulong data)
    {
        Unsafe.WriteUnaligned(_entries + (index * s_stride), mask);
        Unsafe.WriteUnaligned(_entries + (index * s_stride) + s_dataOffset, data);
    }

    public void Dispose()
    {
        NativeMemory.Free(_entries);
        _entries = null;
    }
}
