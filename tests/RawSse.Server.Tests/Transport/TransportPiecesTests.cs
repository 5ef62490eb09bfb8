using System.Net;
using RawSse.Server.Hosting;
using RawSse.Server.Transport;

namespace RawSse.Server.Tests.Transport;

/// <summary>The transports' parts that need no socket.</summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
internal sealed class TransportPiecesTests
{
    [TestCase("127.0.0.1:3000", 2)]
    [TestCase("255.254.253.252:65535", 2)]
    [TestCase("[::1]:80", 10)]
    [TestCase("[2001:db8::1:2:3]:1", 10)]
    public void An_address_survives_the_kernels_format(string text, int family)
    {
        var endpoint = IPEndPoint.Parse(text);
        byte[] bytes = new byte[SocketAddressBytes.LengthMax];
        int length = SocketAddressBytes.Write(endpoint, bytes);
        Assert.That(length, Is.EqualTo(family == LibC.AfInet ? 16 : 28));
        Assert.That(BitConverter.ToUInt16(bytes), Is.EqualTo(family));
        Assert.That(SocketAddressBytes.ReadPort(bytes), Is.EqualTo(endpoint.Port));
        Assert.That(SocketAddressBytes.ReadPeer(bytes).ToString(), Is.EqualTo(text));
    }

    [Test]
    public void An_IPv4_peer_is_mapped_into_IPv6()
    {
        byte[] bytes = new byte[SocketAddressBytes.LengthMax];
        SocketAddressBytes.Write(IPEndPoint.Parse("1.2.3.4:5"), bytes);
        Assert.That(SocketAddressBytes.ReadPeer(bytes), Is.EqualTo(new PeerAddress((UInt128)0xFFFF_0102_0304, 5)));
    }

    [Test]
    public void A_set_of_descriptors_holds_what_was_added_and_not_removed()
    {
        var set = new DescriptorSet();
        int[] descriptors = [0, 63, 64, 1023, 1024, 200_000];
        foreach (int fd in descriptors)
            set.Add(fd);
        Assert.That(descriptors.All(set.Contains));
        Assert.That(new[] { 1, 62, 65, 199_999, 1 << 30, -1 }.Any(set.Contains), Is.False);
        Assert.That(set.Remove(64));
        Assert.That(set.Remove(64), Is.False);
        Assert.That(set.Contains(64), Is.False);
        var rest = new List<int>();
        while (set.TryTakeAny(out int fd))
            rest.Add(fd);
        Assert.That(rest, Is.EqualTo([0, 63, 1023, 1024, 200_000]));
    }

    [Test]
    public void Entries_of_the_kernels_event_array_do_not_overlap()
    {
        using var events = new EpollEvents(3);
        for (int i = 0; i < 3; i++)
            events.Set(i, 0x8000_0001u + (uint)i, 0xFEDC_BA98_7654_3210 + (ulong)i);
        for (int i = 0; i < 3; i++)
        {
            Assert.That(events.Mask(i), Is.EqualTo(0x8000_0001u + (uint)i));
            Assert.That(events.Data(i), Is.EqualTo(0xFEDC_BA98_7654_3210 + (ulong)i));
        }
    }

    [TestCase(TransportKind.Auto, typeof(EpollTransportFactory))]
    [TestCase(TransportKind.Epoll, typeof(EpollTransportFactory))]
    [TestCase(TransportKind.Uring, typeof(EpollTransportFactory))]
    [TestCase(TransportKind.Sockets, typeof(SocketsTransportFactory))]
    public void The_named_transport_is_made(TransportKind kind, Type expected)
    {
        using var factory = TransportFactories.Create(kind);
        Assert.That(factory, Is.TypeOf(expected));
    }
}
