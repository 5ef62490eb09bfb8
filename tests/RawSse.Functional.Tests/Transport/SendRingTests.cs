using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;
using RawSse.Server.Hosting;
using RawSse.Server.Transport;

namespace RawSse.Functional.Tests.Transport;

/// <summary>
/// Many sends at once do just what as many sends would. Where the kernel has no io_uring the transport sends one by one, so these
/// hold there as well.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed unsafe class SendRingTests
{
    private TransportHarness _harness = null!;

    [SetUp]
    public void Bind() => _harness = new TransportHarness(TransportKind.Uring);

    [TearDown]
    public void Unbind() => _harness.Dispose();

    [Test]
    public void Everybody_gets_its_own_bytes_batch_after_batch()
    {
        TransportHarness.Pair[] pairs = [.. Enumerable.Range(0, SendRing.SendsMax).Select(_ => _harness.Connect())];
        using var bytes = new Native("0123456789abcdef");
        // More rounds than the ring has places.
        for (int round = 0; round < 10; round++)
        {
            var batch = new BatchedSend[pairs.Length];
            for (int i = 0; i < batch.Length; i++)
                batch[i] = new BatchedSend(pairs[i].Handle, bytes.Slice(i % 8, 8));
            _harness.Transport.SendAll(batch);
            Assert.That(batch.Select(send => send.Result), Is.All.EqualTo(new TransferResult(TransferStatus.Done, 8)));
            for (int i = 0; i < pairs.Length; i++)
                Assert.That(Receive(pairs[i].Client, 8), Is.EqualTo("0123456789abcdef".Substring(i % 8, 8)));
        }
        foreach (TransportHarness.Pair pair in pairs)
            pair.Dispose();
    }

    [Test]
    public void A_full_socket_a_dead_one_and_a_well_one_in_one_batch()
    {
        using TransportHarness.Pair full = _harness.Connect(client => client.ReceiveBufferSize = 8192);
        using TransportHarness.Pair dead = _harness.Connect();
        using TransportHarness.Pair well = _harness.Connect();
        using var bytes = new Native(new string('x', 1 << 20));
        while (_harness.Transport.Send(full.Handle, bytes.Slice(0, 1 << 20)) is { Status: TransferStatus.Done, Count: 1 << 20 })
        {
        }
        while (_harness.Transport.Send(full.Handle, bytes.Slice(0, 1)).Status == TransferStatus.Done)
        {
        }
        dead.Client.LingerState = new LingerOption(true, 0);
        dead.Client.Close();
        _harness.WaitFor(dead.Token, Readiness.Failed);
        BatchedSend[] batch =
        [
            new(full.Handle, bytes.Slice(0, 10)), new(dead.Handle, bytes.Slice(0, 10)), new(well.Handle, bytes.Slice(0, 10)),
        ];
        _harness.Transport.SendAll(batch);
        Assert.That(batch[0].Result, Is.EqualTo(new TransferResult(TransferStatus.WouldBlock, 0)));
        Assert.That(batch[1].Result.Status, Is.EqualTo(TransferStatus.Failed));
        Assert.That(batch[2].Result, Is.EqualTo(new TransferResult(TransferStatus.Done, 10)));
        Assert.That(Receive(well.Client, 10), Is.EqualTo("xxxxxxxxxx"));
    }

    [Test]
    public void A_send_that_the_socket_takes_in_part_says_so()
    {
        using TransportHarness.Pair pair = _harness.Connect(client => client.ReceiveBufferSize = 8192);
        using var bytes = new Native(new string('x', 16 << 20));
        BatchedSend[] batch = [new(pair.Handle, bytes.Slice(0, 16 << 20))];
        _harness.Transport.SendAll(batch);
        Assert.That(batch[0].Result.Status, Is.EqualTo(TransferStatus.Done));
        Assert.That(batch[0].Result.Count, Is.GreaterThan(0).And.LessThan(16 << 20));
    }

    private static string Receive(Socket client, int count)
    {
        byte[] bytes = new byte[count];
        for (int read = 0; read < count;)
            read += client.Receive(bytes.AsSpan(read));
        return Encoding.ASCII.GetString(bytes);
    }

    /// <summary>Text in native memory, as a log has it.</summary>
    private sealed class Native : IDisposable
    {
        private readonly byte* _start;

        public Native(string text)
        {
            _start = (byte*)NativeMemory.Alloc((nuint)text.Length);
            Encoding.ASCII.GetBytes(text, new Span<byte>(_start, text.Length));
        }

        public ReadOnlySpan<byte> Slice(int offset, int count) => new(_start + offset, count);

        public void Dispose() => NativeMemory.Free(_start);
    }
}
