using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace RawSse.Server.Transport;

/// <summary>
/// Many sends in one system call: an io_uring(7) that is filled, submitted and emptied within each call. Every send is
/// non-blocking (MSG_DONTWAIT), so it is over when the call returns, and the caller's bytes are needed no longer.
/// </summary>
/// <remarks>
/// The thread that made it only (IORING_SETUP_SINGLE_ISSUER, so Linux 6.1). The kernel's structures are those of
/// linux/io_uring.h, whose offsets are the same on every architecture.
/// </remarks>
[SupportedOSPlatform("linux")]
internal sealed unsafe class SendRing : IDisposable
{
    /// <summary>Sends of one call at most.</summary>
    public const int SendsMax = 64;

    // struct io_uring_params: where its fields and those of the offsets in it begin.
    private const int ParametersBytes = 120;
    private const int FlagsAt = 8;
    private const int SubmissionsAt = 40;
    private const int CompletionsAt = 80;

    private const uint SetupSingleIssuer = 1u << 12;
    private const uint SetupDeferTaskRun = 1u << 13;
    private const uint EnterGetEvents = 1;
    private const long RingOffset = 0;
    private const long EntriesOffset = 0x1000_0000;
    private const int EntryBytes = 64;
    private const int CompletionBytes = 16;
    private const byte OperationSend = 26;

    private readonly int _fd;
    private readonly nuint _ringBytes;
    private readonly nuint _entriesBytes;
    private byte* _ring;
    private byte* _entries;
    private uint* _submissionTail;
    private uint _submissionMask;
    private uint* _completionHead;
    private uint* _completionTail;
    private uint _completionMask;
    private byte* _completions;

    private SendRing(int fd, byte* parameters)
    {
        _fd = fd;
        uint submissions = *(uint*)parameters;
        uint completions = *(uint*)(parameters + 4);
        byte* submission = parameters + SubmissionsAt;
        byte* completion = parameters + CompletionsAt;
        uint array = *(uint*)(submission + 24);
        uint cqes = *(uint*)(completion + 20);
        // One mapping holds both rings (IORING_FEAT_SINGLE_MMAP, Linux 5.4).
        _ringBytes = Math.Max(array + (submissions * sizeof(uint)), cqes + (completions * CompletionBytes));
        _entriesBytes = submissions * EntryBytes;
        _ring = Map(fd, _ringBytes, RingOffset);
        _entries = Map(fd, _entriesBytes, EntriesOffset);
        _submissionTail = (uint*)(_ring + *(uint*)(submission + 4));
        _submissionMask = *(uint*)(_ring + *(uint*)(submission + 8));
        _completionHead = (uint*)(_ring + *(uint*)completion);
        _completionTail = (uint*)(_ring + *(uint*)(completion + 4));
        _completionMask = *(uint*)(_ring + *(uint*)(completion + 8));
        _completions = _ring + cqes;
        // The ring of indices is always the identity.
        uint* indices = (uint*)(_ring + array);
        for (uint i = 0; i < submissions; i++)
            indices[i] = i;
    }

    /// <summary>Why no ring can be made here, in words for the operator; null: one can.</summary>
    public static string? Missing()
    {
        int errno = TryCreate(out SendRing? ring);
        ring?.Dispose();
        return errno switch
        {
            0 => null,
            Errno.Perm or Errno.Acces => "io_uring is forbidden here, by seccomp or kernel.io_uring_disabled",
            _ => "io_uring with single issuers needs Linux 6.1",
        };
    }

    /// <summary>0, or the error number of what failed.</summary>
    public static int TryCreate(out SendRing? ring)
    {
        ring = null;
        byte* parameters = stackalloc byte[ParametersBytes];
        Unsafe.InitBlock(parameters, 0, ParametersBytes);
        *(uint*)(parameters + FlagsAt) = SetupSingleIssuer | SetupDeferTaskRun;
        long fd = LibC.IoUringSetup(LibC.IoUringSetupNumber, SendsMax, parameters);
        if (fd < 0)
            return Marshal.GetLastSystemError();
        ring = new SendRing((int)fd, parameters);
        return 0;
    }

    /// <summary>Sends all, in this order; each gets its result.</summary>
    /// <param name="sends">at most <see cref="SendsMax"/></param>
    /// <param name="flags">of send(2)</param>
    public void SendAll(Span<BatchedSend> sends, int flags)
    {
        uint tail = *_submissionTail;
        for (int i = 0; i < sends.Length; i++)
            Fill(_entries + ((tail++ & _submissionMask) * EntryBytes), sends[i], flags, (uint)i);
        Volatile.Write(ref *_submissionTail, tail);
        int submitted = 0;
        for (int completed = 0; completed < sends.Length; completed += Reap(sends))
        {
            uint left = (uint)(sends.Length - submitted);
            long entered = LibC.IoUringEnter(
                LibC.IoUringEnterNumber, _fd, left, (uint)(sends.Length - completed), EnterGetEvents, null, 0);
            if (entered >= 0)
                submitted += (int)entered;
            else if (Marshal.GetLastSystemError() is var errno && errno != Errno.Intr && errno != Errno.Again && errno != Errno.Busy)
                throw Errno.Bug("io_uring_enter", errno);
        }
    }

    public void Dispose()
    {
        if (_ring is null)
            return;
        _ = LibC.Unmap(_entries, _entriesBytes);
        _ = LibC.Unmap(_ring, _ringBytes);
        _ = LibC.Close(_fd);
        _ring = _entries = null;
    }

    // struct io_uring_sqe.
    private static void Fill(byte* entry, in BatchedSend send, int flags, uint number)
    {
        Unsafe.InitBlockUnaligned(entry, 0, EntryBytes);
        *entry = OperationSend;
        *(int*)(entry + 4) = send.Handle;
        *(byte**)(entry + 16) = send.Start;
        *(int*)(entry + 24) = send.Length;
        *(int*)(entry + 28) = flags;
        *(ulong*)(entry + 32) = number;
    }

    /// <summary>Takes the completions that are there.</summary>
    /// <returns>how many</returns>
    private int Reap(Span<BatchedSend> sends)
    {
        uint head = *_completionHead;
        uint tail = Volatile.Read(ref *_completionTail);
        int count = (int)(tail - head);
        for (; head != tail; head++)
        {
            byte* completion = _completions + ((head & _completionMask) * CompletionBytes);
            sends[(int)*(ulong*)completion].Outcome = *(int*)(completion + 8);
        }
        Volatile.Write(ref *_completionHead, head);
        return count;
    }

    private static byte* Map(int fd, nuint bytes, long offset)
    {
        byte* start = LibC.Map(null, bytes, LibC.ProtectReadWrite, LibC.MapSharedPopulate, fd, (nint)offset);
        return (nint)start != -1 ? start : throw Errno.Bug("mmap of an io_uring", Marshal.GetLastSystemError());
    }
}
