using System.Runtime.InteropServices;

namespace RawSse.Bench.Native;

/// <summary>struct pollfd.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PollEntry
{
    public const short In = 1;
    public const short Out = 4;

    public int Fd;
    public short Interest;
    public short Ready;
}
