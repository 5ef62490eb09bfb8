using System.Text;
using RawSse.Protocol.Resp;
using RawSse.Server.Stores.Redis;

namespace RawSse.Redis.Tests.Links;

/// <summary>Writes down what a link tells it. Its state is the shard thread's.</summary>
internal sealed class LinkOwner(LinkShard shard) : IRedisLinkOwner
{
    public LinkShard Shard => shard;

    public RedisLink Link { get; set; } = null!;

    /// <summary>Every callback, in order.</summary>
    public List<string> Story { get; } = [];

    public List<string> Pushes { get; } = [];

    public int Opened { get; private set; }

    public int Lost { get; private set; }

    public Action? WhenLost { get; set; }

    public Task OpenedAsync(int times = 1) => shard.UntilAsync(() => Opened >= times && Link.IsOpen, $"the link to open ({times})");

    public Task LostAsync(int times = 1) => shard.UntilAsync(() => Lost >= times, $"the link to be lost ({times})");

    /// <summary>The reply as text, or "lost".</summary>
    public async Task<string> AskAsync(params string[] words)
    {
        TestCommand command = await shard.AskAsync(() => SendNow(words));
        return await command.Done.WaitAsync(Patience.Limit);
    }

    /// <summary>On the shard's thread.</summary>
    public TestCommand SendNow(params string[] words)
    {
        var command = new TestCommand(words) { Story = Story };
        Link.Send(command);
        return command;
    }

    /// <summary>Sends a request whose answers are pushes.</summary>
    public Task WriteAsync(params string[] words) => shard.DoAsync(() => Link.Write(new TestCommand(words).Request.Written));

    public Task PushedAsync(string text) => shard.UntilAsync(() => Pushes.Contains(text), $"the push {text}");

    public void OnOpened(RedisLink link)
    {
        Assert.That(link.IsOpen, Is.True);
        Opened++;
        Story.Add("opened");
    }

    public void OnLost(RedisLink link, string reason)
    {
        Assert.That(link.IsOpen, Is.False);
        Assert.That(link.Pending, Is.Zero);
        Lost++;
        Story.Add("lost: " + reason);
        WhenLost?.Invoke();
    }

    public void OnPush(RedisLink link, ReadOnlySpan<byte> value) => Pushes.Add(Text(value));

    /// <summary>A value's texts, one behind the other.</summary>
    public static string Text(ReadOnlySpan<byte> value)
    {
        var text = new StringBuilder();
        var reader = new RespReader(value);
        while (reader.Read())
        {
            if (reader.Type is RespType.Array or RespType.Push or RespType.Map) continue;
            text.Append(text.Length == 0 ? "" : " ").Append(reader.IsError ? "-" : "").Append(Encoding.UTF8.GetString(reader.Text));
        }

        return text.ToString();
    }
}
