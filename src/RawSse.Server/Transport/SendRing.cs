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
    private const int IndicesAt = 24;
    private const int CompletionEntriesAt = 20;

    private const uint SetupSingleIssuer = 1u << 12;
    private const uint SetupDeferTaskRun = 1u << 13;
    private const uint EnterGetEvents = 1;
    private const long RingOffset = 0;
    private const long EntriesOffset = 0x1000_0000;
    private const int EntryBytes = 64;
    private const int CompletionBytes = 16;
    private const byte OperationSend = 26;

    private readonly int _fd;
    private readonly Mapping _ring;
    private readonly Mapping _entries;
    private readonly uint* _submissionTail;
    private readonly uint _submissionMask;
    private readonly uint* _completionHead;
    private readonly uint* _completionTail;
    private readonly uint _completionMask;
    private readonly byte* _completions;
    private bool _isDisposed;

    private SendRing(int fd, byte* parameters, Mapping ring, Mapping entries)
    {
        (_fd, _ring, _entries) = (fd, ring, entries);
        byte* submission = parameters + SubmissionsAt;
        byte* completion = parameters + CompletionsAt;
        _submissionTail = (uint*)(ring.Start + *(uint*)(submission + 4));
        _submissionMask = *(uint*)(ring.Start + *(uint*)(submission + 8));
        _completionHead = (uint*)(ring.Start + *(uint*)completion);
        _completionTail = (uint*)(ring.Start + *(uint*)(completion + 4));
        _completionMask = *(uint*)(ring.Start + *(uint*)(completion + 8));
        _completions = ring.Start + *(uint*)(completion + CompletionEntriesAt);
        // The ring of indices is always the identity.
        uint* indices = (uint*)(ring.Start + *(uint*)(submission + IndicesAt));
        for (uint i = 0; i < *(uint*)parameters; i++)
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
            Errno.NoSys or Errno.Inval => "io_uring with single issuers needs Linux 6.1",
            _ => $"no io_uring can be made: {Marshal.GetPInvokeErrorMessage(errno)}",
        };
    }

    /// <summary>0, or the error number of what failed.</summary>
    public static int TryCreate(out SendRing? ring)
    {
        ring = null;
        byte* parameters = stackalloc byte[ParametersBytes];
        Unsafe.InitBlock(parameters, 0, ParametersBytes);
        *(uint*)(parameters + FlagsAt) = SetupSingleIssuer | SetupDeferTaskRun;
        int fd = (int)LibC.IoUringSetup(LibC.IoUringSetupNumber, SendsMax, parameters);
        if (fd < 0)
            return Marshal.GetLastSystemError();
        uint submissions = *(uint*)parameters;
        uint completions = *(uint*)(parameters + 4);
        // One mapping holds both rings (IORING_FEAT_SINGLE_MMAP, Linux 5.4).
        nuint ringBytes = Math.Max(
            *(uint*)(parameters + SubmissionsAt + IndicesAt) + (submissions * sizeof(uint)),
            *(uint*)(parameters + CompletionsAt + CompletionEntriesAt) + (completions * CompletionBytes));
        int errno = Map(fd, ringBytes, RingOffset, out Mapping rings);
        if (errno == 0)
        {
            errno = Map(fd, submissions * EntryBytes, EntriesOffset, out Mapping entries);
            if (errno == 0)
            {
                ring = new SendRing(fd, parameters, rings, entries);
                return 0;
            }
            rings.Free();
        }
        _ = LibC.Close(fd);
        return errno;
    }

    /// <summary>Sends all, in this order; each gets its result.</summary>
    /// <param name="sends">at most <see cref="SendsMax"/></param>
    /// <param name="flags">of send(2)</param>
    public void SendAll(Span<BatchedSend> sends, int flags)
    {
        uint tail = *_submissionTail;
        for (int i = 0; i < sends.Length; i++)
            Fill(_entries.Start + ((tail++ & _submissionMask) * EntryBytes), sends[i], flags, (uint)i);
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
        if (_isDisposed)
            return;
        _isDisposed = true;
        _entries.Free();
        _ring.Free();
        _ = LibC.Close(_fd);
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

    /// <summary>0, or the error number.</summary>
    private static int Map(int fd, nuint bytes, long offset, out Mapping mapping)
    {
        byte* start = LibC.Map(null, bytes, LibC.ProtectReadWrite, LibC.MapSharedPopulate, fd, (nint)offset);
        bool isMapped = (nint)start != -1;
        mapping = isMapped ? new Mapping(start, bytes) : default;
        return isMapped ? 0 : Marshal.GetLastSystemError();
    }

    private readonly struct Mapping(byte* start, nuint bytes)
    {
        public byte* Start => start;

        public void Free() => _ = LibC.Unmap(start, bytes);
    }
}
