using System.Net.Sockets;
using System.Runtime.InteropServices;
using RawSse.Server.Hosting;
using RawSse.Server.Transport;

namespace RawSse.Functional.Tests.Transport;

/// <summary>Out of descriptors, and no garbage.</summary>
[TestFixture(TransportKind.Epoll)]
[TestFixture(TransportKind.Sockets)]
[NonParallelizable]
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
internal sealed partial class TransportLimitTests(TransportKind kind)
{
    private const int RlimitNoFile = 7;

    [Test]
    public void A_process_out_of_descriptors_is_told_so_and_recovers()
    {
        using var harness = new TransportHarness(kind);
        using (harness.Connect())
        {
            // Everything that an accept loads is loaded now.
        }

        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        var transport = harness.Transport;
        AcceptStatus status = AcceptStatus.Accepted, again = AcceptStatus.Accepted;
        bool reported = false;
        _ = getrlimit(RlimitNoFile, out var limit);
        var tight = limit;
        tight.Soft = (ulong)LowestFree();
        try
        {
            _ = setrlimit(RlimitNoFile, in tight);
            client.Connect(harness.EndPoint);
            harness.PollUntil(
                () => (status = transport.Accept(0, out _, out _)) == AcceptStatus.OutOfDescriptors, "the shortage");
            harness.Forget(ulong.MaxValue);
            harness.Poll(100);
            reported = harness.Seen(ulong.MaxValue) != 0;
            harness.PollUntil(() => (again = transport.Accept(0, out _, out _)) != AcceptStatus.WouldBlock, "the same again");
        }
        finally
        {
            _ = setrlimit(RlimitNoFile, in limit);
        }

        Assert.That(status, Is.EqualTo(AcceptStatus.OutOfDescriptors));
        Assert.That(reported, "the connection still waits, so the listener is still reported");
        Assert.That(again, Is.EqualTo(AcceptStatus.OutOfDescriptors));

        transport.PauseAccepting(true);
        harness.Poll(0);
        harness.Forget(ulong.MaxValue);
        harness.Poll(20);
        Assert.That(harness.Seen(ulong.MaxValue), Is.EqualTo(Readiness.None));
        transport.PauseAccepting(false);
        harness.Accept(out var peer);
        Assert.That(peer.ToString(), Is.EqualTo(client.LocalEndPoint!.ToString()), "it was not lost");
    }

    [Test]
    public void Polling_receiving_and_sending_allocate_nothing()
    {
        using var harness = new TransportHarness(kind);
        using var pair = harness.Connect();
        var transport = harness.Transport;
        byte[] there = new byte[100], back = new byte[100];
        var events = new TransportEvent[16];
        long allocated = 0;
        for (int round = 0; round < 1000; round++)
        {
            pair.Client.Send(there);
            long before = GC.GetAllocatedBytesForCurrentThread();
            TransferResult result;
            while ((result = transport.Receive(pair.Handle, back)).Status == TransferStatus.WouldBlock)
                transport.Poll(events, 100);
            transport.Send(pair.Handle, back);
            long after = GC.GetAllocatedBytesForCurrentThread();
            if (round >= 500) // warm
                allocated += after - before;
            pair.Client.Receive(there);
        }

        Assert.That(allocated, Is.Zero);
    }

    private static int LowestFree()
    {
        int fd = dup(0);
        _ = LibC.Close(fd);
        return fd;
    }

    private struct Limit
    {
        public ulong Soft;
        public ulong Hard;
    }

    [LibraryImport("libc")]
    private static partial int dup(int fd);

    [LibraryImport("libc")]
    private static partial int getrlimit(int resource, out Limit limit);

    [LibraryImport("libc")]
    private static partial int setrlimit(int resource, in Limit limit);
}
