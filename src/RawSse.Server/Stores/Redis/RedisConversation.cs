using System.Text;
using RawSse.Protocol.Resp;
using RawSse.Server.Shards;

namespace RawSse.Server.Stores.Redis;

/// <summary>One question, one answer, on a connection that nobody else uses: handshakes, sentinels. On the thread pool.</summary>
internal sealed class RedisConversation(RedisStream stream)
{
    private const int AnswerBytesMax = 1 << 20;

    private readonly ByteBuffer _received = new();
    private RespFramer _framer = new(AnswerBytesMax);

    /// <summary>The answer, errors included.</summary>
    /// <exception cref="RedisLinkException">it closed the connection, or does not speak RESP</exception>
    public async Task<RedisAnswer> AskAsync(CancellationToken stop, params string[] words)
    {
        await stream.WriteAsync(Request(words), stop).ConfigureAwait(false);
        while (true)
        {
            if (TryTake(out RedisAnswer answer))
                return answer;
            int count = await stream.ReadAsync(_received.GetMemory(), stop).ConfigureAwait(false);
            if (count == 0)
                throw new RedisLinkException("it closed the connection");
            _received.Advance(count);
        }
    }

    private static byte[] Request(string[] words)
    {
        var request = new ByteBuffer();
        RespWriter.WriteCommand(request, words.Length);
        foreach (string word in words)
            RespWriter.WriteBulk(request, Encoding.UTF8.GetBytes(word));
        byte[] bytes = request.Written.ToArray();
        request.Release();
        return bytes;
    }

    private bool TryTake(out RedisAnswer answer)
    {
        answer = default;
        RespStatus status = _framer.Scan(_received.Written, out int length);
        if (status == RespStatus.NeedMore)
            return false;
        // Nothing may follow: what comes without being asked would be lost here, or taken for an answer.
        if (status != RespStatus.Done || length != _received.Length)
            throw new RedisLinkException("it does not answer as a Redis does");
        answer = new RedisAnswer(_received.Written.ToArray());
        _received.Release();
        return true;
    }
}
