using System.Buffers;
using RawSse.Server.Channels;
using RawSse.Server.Stores;

namespace RawSse.Server.Feed;

/// <summary>One event on its way into the store. Its bytes are copied only when the channel's home is another shard.</summary>
internal sealed class PublishRequest : FeedRequest
{
    private byte[] _bytes = [];
    private int _channelLength;
    private int _typeLength;
    private int _dataLength;
    private int _keyLength;

    /// <summary>Order among its asker's publishes.</summary>
    public long Sequence { get; set; }

    /// <summary>Set for publishes from the library rather than from a connection.</summary>
    public TaskCompletionSource<AppendResult>? Completion { get; set; }

    public bool IsAnswered { get; set; }

    /// <summary>The channel, when somebody on this node has it open. Home shard.</summary>
    public Channel? Target { get; set; }

    // The answer.
    public AppendResult Result { get; set; }

    /// <summary>Publishes; the spans are used during the call only.</summary>
    public void Publish(Feed home, scoped in NewEvent newEvent, ReadOnlySpan<byte> key)
    {
        IsAnswered = false;
        if (home.Shard == Client.Shard)
        {
            Adopt(home);
            home.Publish(newEvent, key, this);
            return;
        }
        Copy(newEvent, key);
        Ask(home);
    }

    protected override void AtHome()
    {
        ReadOnlySpan<byte> bytes = _bytes;
        ReadOnlySpan<byte> afterChannel = bytes[_channelLength..];
        ReadOnlySpan<byte> afterType = afterChannel[_typeLength..];
        var newEvent = new NewEvent(bytes[.._channelLength], afterChannel[.._typeLength], afterType[.._dataLength]);
        Home.Publish(newEvent, afterType.Slice(_dataLength, _keyLength), this);
    }

    protected override void AtClient()
    {
        if (_bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = [];
        }
        IsAnswered = true;
        if (Completion is { } completion)
            completion.TrySetResult(Result);
        else
            Client.OnPublished(this);
    }

    private void Copy(scoped in NewEvent newEvent, ReadOnlySpan<byte> key)
    {
        _channelLength = newEvent.Channel.Length;
        _typeLength = newEvent.Type.Length;
        _dataLength = newEvent.Data.Length;
        _keyLength = key.Length;
        _bytes = ArrayPool<byte>.Shared.Rent(_channelLength + _typeLength + _dataLength + _keyLength);
        Span<byte> rest = _bytes;
        newEvent.Channel.CopyTo(rest);
        newEvent.Type.CopyTo(rest = rest[_channelLength..]);
        newEvent.Data.CopyTo(rest = rest[_typeLength..]);
        key.CopyTo(rest[_dataLength..]);
    }
}
