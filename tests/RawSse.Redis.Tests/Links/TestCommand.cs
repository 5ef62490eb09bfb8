using System.Text;
using RawSse.Protocol.Resp;
using RawSse.Server.Stores.Redis;

namespace RawSse.Redis.Tests.Links;

/// <summary>A command that can be awaited.</summary>
internal sealed class TestCommand : RedisCommand
{
    private readonly TaskCompletionSource<string> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly string _name;

    public TestCommand(params string[] words)
    {
        _name = string.Join(' ', words);
        RespWriter.WriteCommand(Request, words.Length);
        foreach (string word in words) RespWriter.WriteBulk(Request, Encoding.UTF8.GetBytes(word));
    }

    /// <summary>Where losses are written down.</summary>
    public List<string> Story { get; init; } = [];

    /// <summary>The reply's texts, or "lost".</summary>
    public Task<string> Done => _done.Task;

    /// <summary>Given: the reply is taken by elements.</summary>
    public Action<string>? WhenElement { get; init; }

    public Action<RedisLink>? WhenReplied { get; init; }

    public override bool TakesElements => WhenElement is not null;

    public override void OnElement(RedisLink link, ReadOnlySpan<byte> element) => WhenElement!(LinkOwner.Text(element));

    public override void OnReply(RedisLink link, ReadOnlySpan<byte> reply)
    {
        string text = LinkOwner.Text(reply);
        WhenReplied?.Invoke(link);
        _done.TrySetResult(text);
    }

    public override void OnLost()
    {
        Story.Add("lost " + _name);
        _done.TrySetResult("lost");
    }
}
