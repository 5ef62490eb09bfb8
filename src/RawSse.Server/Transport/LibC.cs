using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace RawSse.Server.Transport;

/// <summary>
/// The system calls of <see cref="EpollTransport"/>, and nothing else. All signatures are blittable, so that a call is the
/// bare transition into native code: no marshalling and no copy.
/// </summary>
/// <remarks>
/// None sets the managed last error, which would cost every successful call something. A caller that gets -1 reads
/// <see cref="Marshal.GetLastSystemError"/> as its very next act, which is just what generated marshalling code does.
/// The numbers are those of Linux on every architecture that .NET runs on.
/// </remarks>
[SupportedOSPlatform("linux")]
internal static unsafe partial class LibC
{
    private const string Library = "libc";

    public const int AfInet = 2;
    public const int AfInet6 = 10;
    public const int SockStream = 1;
    public const int SockNonBlock = 0x800;
    public const int SockCloseOnExec = 0x80000;

    public const int SolSocket = 1;
    public const int SoReuseAddr = 2;
    public const int SoKeepAlive = 9;
    public const int SoLinger = 13;
    public const int SoReusePort = 15;

    public const int IpProtoTcp = 6;
    public const int TcpNoDelay = 1;
    public const int TcpKeepIdle = 4;
    public const int TcpKeepInterval = 5;
    public const int TcpKeepCount = 6;
    public const int TcpUserTimeout = 18;
    public const int TcpNotSentLowAt = 25;

    public const int IpProtoIpV6 = 41;
    public const int IpV6Only = 26;

    public const int MsgDontWait = 0x40;
    public const int MsgNoSignal = 0x4000;
    public const int ShutWrite = 1;
    public const nuint SiocOutQ = 0x5411;

    public const int EpollCloseOnExec = 0x80000;
    public const int EpollCtlAdd = 1;
    public const int EpollCtlMod = 3;
    public const uint EpollIn = 0x1;
    public const uint EpollOut = 0x4;
    public const uint EpollErr = 0x8;
    public const uint EpollHup = 0x10;
    public const uint EpollRdHup = 0x2000;
    public const uint EpollEdge = 1u << 31;

    public const int EventFdCloseOnExec = 0x80000;
    public const int EventFdNonBlock = 0x800;

    // The same on every architecture.
    public const long IoUringSetupNumber = 425;
    public const long IoUringEnterNumber = 426;
    public const int ProtectReadWrite = 0x1 | 0x2;
    public const int MapSharedPopulate = 0x1 | 0x8000;

    /// <summary>struct linger of socket(7).</summary>
    public struct Linger
    {
        public int OnOff;
        public int Seconds;
    }

    [LibraryImport(Library, EntryPoint = "socket")]
    public static partial int Socket(int family, int type, int protocol);

    [LibraryImport(Library, EntryPoint = "ioctl")]
    public static partial int IoControl(int fd, nuint request, int* value);

    [LibraryImport(Library, EntryPoint = "bind")]
    public static partial int Bind(int fd, byte* address, uint addressLength);

    [LibraryImport(Library, EntryPoint = "listen")]
    public static partial int Listen(int fd, int backlog);

    [LibraryImport(Library, EntryPoint = "accept4")]
    public static partial int Accept4(int fd, byte* address, uint* addressLength, int flags);

    [LibraryImport(Library, EntryPoint = "getsockname")]
    public static partial int GetSockName(int fd, byte* address, uint* addressLength);

    [LibraryImport(Library, EntryPoint = "setsockopt")]
    public static partial int SetSockOpt(int fd, int level, int name, void* value, uint valueLength);

    [LibraryImport(Library, EntryPoint = "getsockopt")]
    public static partial int GetSockOpt(int fd, int level, int name, void* value, uint* valueLength);

    [LibraryImport(Library, EntryPoint = "send")]
    public static partial nint Send(int fd, byte* bytes, nuint length, int flags);

    [LibraryImport(Library, EntryPoint = "recv")]
    public static partial nint Receive(int fd, byte* buffer, nuint length, int flags);

    [LibraryImport(Library, EntryPoint = "shutdown")]
    public static partial int Shutdown(int fd, int how);

    [LibraryImport(Library, EntryPoint = "close")]
    public static partial int Close(int fd);

    [LibraryImport(Library, EntryPoint = "epoll_create1")]
    public static partial int EpollCreate(int flags);

    [LibraryImport(Library, EntryPoint = "epoll_ctl")]
    public static partial int EpollControl(int epoll, int operation, int fd, byte* epollEvent);

    [LibraryImport(Library, EntryPoint = "epoll_wait")]
    public static partial int EpollWait(int epoll, byte* epollEvents, int eventsMax, int timeoutMs);

    [LibraryImport(Library, EntryPoint = "eventfd")]
    public static partial int EventFd(uint initial, int flags);

    [LibraryImport(Library, EntryPoint = "syscall")]
    public static partial long IoUringSetup(long number, uint entries, byte* parameters);

    [LibraryImport(Library, EntryPoint = "syscall")]
    public static partial long IoUringEnter(long number, int fd, uint submit, uint completeMin, uint flags, void* signals, nuint signalsBytes);

    [LibraryImport(Library, EntryPoint = "mmap")]
    public static partial byte* Map(void* address, nuint bytes, int protection, int flags, int fd, nint offset);

    [LibraryImport(Library, EntryPoint = "munmap")]
    public static partial int Unmap(void* address, nuint bytes);

    [LibraryImport(Library, EntryPoint = "write")]
    public static partial nint Write(int fd, void* bytes, nuint length);
}
