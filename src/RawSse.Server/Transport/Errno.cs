using System.Runtime.InteropServices;

namespace RawSse.Server.Transport;

/// <summary>Linux' error numbers (errno(3)) that mean something to us, and what they mean.</summary>
internal static class Errno
{
    public const int Perm = 1;
    public const int Intr = 4;
    public const int BadF = 9;
    public const int Again = 11;
    public const int NoMem = 12;
    public const int Acces = 13;
    public const int Fault = 14;
    public const int Busy = 16;
    public const int Inval = 22;
    public const int NoSys = 38;
    public const int NFile = 23;
    public const int MFile = 24;
    public const int NotSock = 88;
    public const int AfNoSupport = 97;
    public const int AddrInUse = 98;
    public const int AddrNotAvail = 99;
    public const int NoBufs = 105;

    /// <summary>Neither the network nor the peer can cause these: the caller passed a descriptor or pointer that is wrong.</summary>
    public static bool IsBug(int errno) => errno is BadF or NotSock or Fault or Inval;

    /// <summary>The process (EMFILE), the machine (ENFILE) or the kernel's memory is exhausted.</summary>
    public static bool IsOutOfDescriptors(int errno) => errno is MFile or NFile or NoBufs or NoMem;

    /// <summary>Why an address cannot be bound, in words for the operator.</summary>
    public static string BindReason(int errno) => errno switch
    {
        AddrInUse => BindReasons.InUse,
        AddrNotAvail => BindReasons.NotOurs,
        Acces or Perm => BindReasons.NotPermitted,
        AfNoSupport => BindReasons.NoSuchFamily,
        _ => Message(errno),
    };

    /// <summary>The result of a call that only a bug of ours can make fail, and that returns -1 then.</summary>
    public static int Check(string call, int result) => result >= 0 ? result : throw Bug(call, Marshal.GetLastSystemError());

    public static InvalidOperationException Bug(string call, int errno) => new($"{call}: {Message(errno)}");

    private static string Message(int errno) => $"{Marshal.GetPInvokeErrorMessage(errno)} (errno {errno})";
}
