using System.Buffers.Binary;
using RawSse.Server.Channels;
using RawSse.Server.Shards;

namespace RawSse.Server.Stores.Redis;

/// <summary>Messages on their way from the shard that has the patterns to the home of their channels, and then back, empty.</summary>
internal sealed class PatternBatch(PatternBatches sender, RedisStore from, RedisStore home) : WorkItem
{
    private const int LengthBytes = sizeof(int);

    private readonly ByteBuffer _bytes = new();
    private bool _isReturning;

    public int Bytes => _bytes.Length;

    public void Add(ReadOnlySpan<byte> channel, ReadOnlySpan<byte> payload)
    {
        Write(channel);
        Write(payload);
    }

    public void Clear()
    {
        _isReturning = false;
        _bytes.Release();
    }

    public override void Run()
    {
        if (_isReturning)
        {
            sender.OnReturned(this);
            return;
        }
        ReadOnlySpan<byte> rest = _bytes.Written;
        while (!rest.IsEmpty)
            home.Doorbells.Ring(Take(ref rest), Take(ref rest));
        _isReturning = true;
        from.Mailbox.Post(this);
    }

    private void Write(ReadOnlySpan<byte> text)
    {
        BinaryPrimitives.WriteInt32LittleEndian(_bytes.GetSpan(LengthBytes), text.Length);
        _bytes.Advance(LengthBytes);
        _bytes.Write(text);
    }

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> rest)
    {
        int length = BinaryPrimitives.ReadInt32LittleEndian(rest);
        ReadOnlySpan<byte> text = rest.Slice(LengthBytes, length);
        rest = rest[(LengthBytes + length)..];
        return text;
    }
}
