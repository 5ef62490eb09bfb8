using RawSse.Server.Shards;
using RawSse.Server.Transport;

namespace RawSse.Server.Tests.Shards;

internal sealed class ConnectionLimitsTests
{
    [Test]
    public void A_few_over_the_limit_are_let_in_to_be_told_and_no_more()
    {
        var limits = new ConnectionLimits(10, 0);
        for (int i = 0; i < 10 + ConnectionLimits.RefusedAtOnceMax; i++)
        {
            Assert.That(limits.TryAdmit(Peer(1), out RefusalReason refusal, out bool isCounted));
            Assert.That((refusal, isCounted), Is.EqualTo((i < 10 ? RefusalReason.None : RefusalReason.Full, false)));
        }
        Assert.That(limits.TryAdmit(Peer(1), out _, out _), Is.False);
        Assert.That((limits.Count, limits.IsFull), Is.EqualTo((10 + ConnectionLimits.RefusedAtOnceMax, true)));
    }

    [Test]
    public void An_address_has_its_own_limit_whatever_the_port()
    {
        var limits = new ConnectionLimits(1000, 2);
        for (int i = 0; i < 2 + ConnectionLimits.RefusedAtOnceMax; i++)
        {
            Assert.That(limits.TryAdmit(Peer(1, (ushort)i), out RefusalReason refusal, out bool isCounted));
            Assert.That((refusal, isCounted), Is.EqualTo((i < 2 ? RefusalReason.None : RefusalReason.Address, true)));
        }
        int count = limits.Count;
        Assert.That(limits.TryAdmit(Peer(1), out _, out _), Is.False);
        Assert.That(limits.Count, Is.EqualTo(count), "who is not let in is not counted");
        Assert.That(limits.TryAdmit(Peer(2), out RefusalReason other, out _));
        Assert.That(other, Is.EqualTo(RefusalReason.None));
    }

    [Test]
    public void Threads_that_come_and_go_leave_nothing_behind()
    {
        var limits = new ConnectionLimits(50, 20);
        int admittedOver = 0;
        Parallel.For(0, 4, worker =>
        {
            var random = new Random(worker);
            for (int i = 0; i < 20_000; i++)
            {
                PeerAddress peer = Peer(random.Next(3));
                if (!limits.TryAdmit(peer, out _, out bool isCounted))
                    continue;
                if (limits.Count > 50 + ConnectionLimits.RefusedAtOnceMax + 4)
                    Interlocked.Increment(ref admittedOver);
                limits.Release(peer, isCounted);
            }
        });
        Assert.That((limits.Count, admittedOver), Is.EqualTo((0, 0)));
        for (int i = 0; i < 20; i++)
        {
            limits.TryAdmit(Peer(1), out RefusalReason refusal, out _);
            Assert.That(refusal, Is.EqualTo(RefusalReason.None), "each address may have all of its connections again");
        }
    }

    private static PeerAddress Peer(int address, ushort port = 1) => new((UInt128)address, port);
}
