using System.Buffers;
using System.Text;
using RawSse.Server.Http;
using RawSse.Server.Transport;

namespace RawSse.Server.Tests.Http;

/// <summary>However bytes arrive, and whoever uses the buffer in between, they are taken just as they were sent.</summary>
public sealed class RequestInputTests
{
    private readonly byte[] _buffer = new byte[64];

    [Test]
    public void Bytes_torn_anywhere_are_there_whole_once_all_have_come([Range(1, 99)] int cut)
    {
        using var transport = new PieceTransport(1);
        var input = new RequestInput();
        byte[] sent = Bytes(100, 1);
        transport.Arrive(0, sent.AsSpan(0, cut));
        Fill(transport, 0, input);
        Assert.That(Take(input, 0), Is.Empty);
        Spoil(input);
        transport.Arrive(0, sent.AsSpan(cut));
        Fill(transport, 0, input);
        Assert.That(Take(input, 100), Is.EqualTo(sent));
    }

    [Test]
    public void What_is_taken_byte_by_byte_is_what_came_byte_by_byte()
    {
        using var transport = new PieceTransport(1);
        var input = new RequestInput();
        byte[] sent = Bytes(10_000, 2);
        var taken = new List<byte>();
        for (int i = 0; i < sent.Length; i++)
        {
            transport.Arrive(0, sent.AsSpan(i, 1));
            Fill(transport, 0, input);
            // Always one behind, so that there is something to keep each time.
            if (i > 0)
                taken.AddRange(Take(input, 1));
            Spoil(input);
        }
        taken.AddRange(Take(input, 1));
        Assert.That(taken, Is.EqualTo(sent));
    }

    [Test]
    public void Connections_that_share_a_buffer_get_their_own_bytes([Values] bool saysDrained)
    {
        int seed = Random.Shared.Next();
        TestContext.Out.WriteLine($"seed {seed}");
        var random = new Random(seed);
        const int Connections = 7;
        using var transport = new PieceTransport(Connections) { SaysDrained = saysDrained };
        RequestInput[] inputs = [.. Enumerable.Range(0, Connections).Select(_ => new RequestInput())];
        byte[][] sent = [.. Enumerable.Range(0, Connections).Select(i => Bytes(random.Next(1, 20_000), i))];
        int[] arrived = new int[Connections];
        bool[] hasInput = new bool[Connections];
        List<byte>[] taken = [.. Enumerable.Range(0, Connections).Select(_ => new List<byte>())];
        while (Enumerable.Range(0, Connections).Any(i => taken[i].Count < sent[i].Length))
        {
            int i = random.Next(Connections);
            int piece = Math.Min(random.Next(random.Next(2) == 0 ? 10 : 300), sent[i].Length - arrived[i]);
            transport.Arrive(i, sent[i].AsSpan(arrived[i], piece));
            arrived[i] += piece;
            hasInput[i] |= Fill(transport, i, inputs[i]) > 0;
            for (int takes = random.Next(4); takes > 0 && hasInput[i]; takes--)
            {
                int before = taken[i].Count;
                hasInput[i] = !Take(inputs[i], random.Next(200), taken[i]);
                Assert.That(taken[i][before..], Is.EqualTo(sent[i][before..taken[i].Count]));
            }
            Spoil(inputs[i]);
        }
    }

    [TestCase(64)]
    [TestCase(65)]
    [TestCase(1000)]
    [TestCase(100_000)]
    public void More_than_the_buffer_holds_is_read_in_turns(int length)
    {
        using var transport = new PieceTransport(1);
        var input = new RequestInput();
        byte[] sent = Bytes(length, 3);
        transport.Arrive(0, sent);
        // A turn ends once so many bytes came as the buffer has, even if a pipe had room for more.
        int turns = 0;
        for (int read = 0; read < length; turns++)
        {
            int count = Fill(transport, 0, input);
            Assert.That(count, Is.GreaterThanOrEqualTo(Math.Min(_buffer.Length, length - read)));
            read += count;
            Spoil(input);
        }
        Assert.That(turns, Is.LessThanOrEqualTo((length + _buffer.Length - 1) / _buffer.Length));
        Assert.That(Take(input, length), Is.EqualTo(sent));
    }

    [Test]
    public void A_receive_that_drained_the_socket_is_the_last_one_unless_an_end_may_follow()
    {
        using var transport = new PieceTransport(1);
        var input = new RequestInput();
        transport.Arrive(0, "one"u8);
        Assert.That(input.Fill(transport, 0, _buffer, hasEnd: false, out int read), Is.EqualTo(TransferStatus.Done));
        Assert.That((read, transport.Receives), Is.EqualTo((3, 1)));
        transport.Arrive(0, "two"u8);
        transport.Finish(0);
        Assert.That(input.Fill(transport, 0, _buffer, hasEnd: true, out read), Is.EqualTo(TransferStatus.EndOfStream));
        Assert.That((read, transport.Receives), Is.EqualTo((3, 3)));
        Assert.That(Take(input, 6), Is.EqualTo("onetwo"u8.ToArray()));
    }

    [Test]
    public void Where_a_receive_cannot_say_so_one_more_is_made()
    {
        using var transport = new PieceTransport(1) { SaysDrained = false };
        var input = new RequestInput();
        transport.Arrive(0, "one"u8);
        Assert.That(input.Fill(transport, 0, _buffer, hasEnd: false, out int read), Is.EqualTo(TransferStatus.WouldBlock));
        Assert.That((read, transport.Receives), Is.EqualTo((3, 2)));
        Assert.That(Take(input, 3), Is.EqualTo("one"u8.ToArray()));
    }

    [TestCase(false, false)]
    [TestCase(true, false)]
    [TestCase(false, true)]
    [TestCase(true, true)]
    public void What_was_forgotten_is_not_the_next_connections(bool isKept, bool isReleased)
    {
        using var transport = new PieceTransport(2);
        var input = new RequestInput();
        transport.Arrive(0, "the first one's"u8);
        Fill(transport, 0, input);
        Take(input, 4);
        if (isKept)
            Spoil(input);
        if (isReleased)
            input.Release();
        else
            input.Clear();
        transport.Arrive(1, "mine"u8);
        Fill(transport, 1, input);
        Spoil(input);
        Assert.That(Take(input, 4), Is.EqualTo("mine"u8.ToArray()));
    }

    /// <summary>The control: these tests see it when bytes are left in the buffer.</summary>
    [Test]
    public void Bytes_that_are_not_kept_are_seen_to_be_lost()
    {
        using var transport = new PieceTransport(1);
        var input = new RequestInput();
        transport.Arrive(0, "mine"u8);
        Fill(transport, 0, input);
        _buffer.AsSpan().Fill((byte)'#');
        Assert.That(Encoding.ASCII.GetString(Take(input, 4)), Is.EqualTo("####"));
    }

    private static byte[] Bytes(int length, int salt)
    {
        byte[] bytes = new byte[length];
        new Random(salt).NextBytes(bytes);
        return bytes;
    }

    /// <summary>A turn's receives.</summary>
    /// <returns>bytes that came</returns>
    private int Fill(PieceTransport transport, int handle, RequestInput input)
    {
        input.Fill(transport, handle, _buffer, hasEnd: false, out int read);
        return read;
    }

    /// <summary>The turn ends, and the buffer is another connection's.</summary>
    private void Spoil(RequestInput input)
    {
        input.Keep();
        _buffer.AsSpan().Fill((byte)'#');
    }

    private static byte[] Take(RequestInput input, int count)
    {
        var taken = new List<byte>();
        Take(input, count, taken);
        return [.. taken];
    }

    /// <summary>Takes at most so many bytes; whether nothing is left.</summary>
    private static bool Take(RequestInput input, int countMax, List<byte> taken)
    {
        ReadOnlySequence<byte> there = input.Peek();
        SequencePosition end = there.GetPosition(Math.Min(countMax, there.Length));
        taken.AddRange(there.Slice(0, end).ToArray());
        return input.Take(there, end);
    }
}
