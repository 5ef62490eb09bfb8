using System.Globalization;

namespace RawSse.Server.Stores.Redis;

/// <summary>
/// Asks the sentinels for the master, one after the other, the one that knew last first. It learns of sentinels that the URL
/// does not name, and goes on trusting those that it does. Any thread.
/// </summary>
internal sealed class SentinelMaster : IMasterLocator
{
    /// <summary>Until a sentinel has answered.</summary>
    public const int AnswerMsMax = 1_000;

    /// <summary>Sentinels that are remembered, those of the URL included.</summary>
    public const int SentinelsMax = 32;

    private readonly RedisSettings _settings;
    private readonly RedisSettings _sentinelSettings;
    private readonly string _masterName;
    private readonly TimeProvider _clock;
    private readonly Lock _gate = new();
    private readonly List<RedisEndpoint> _sentinels;

    public SentinelMaster(RedisSettings settings, TimeProvider clock)
    {
        _settings = settings;
        _masterName = settings.MasterName ?? throw new ArgumentException("sentinels are asked by the master's name", nameof(settings));
        _sentinelSettings = settings with
        {
            User = settings.SentinelUser,
            Password = settings.SentinelPassword,
            Database = 0,
        };
        _clock = clock;
        _sentinels = [.. settings.Endpoints];
    }

    public async ValueTask<RedisEndpoint> LocateAsync(CancellationToken cancellationToken)
    {
        var problems = new List<string>();
        foreach (RedisEndpoint sentinel in Known())
        {
            try
            {
                return await AskAsync(sentinel, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                problems.Add($"{sentinel}: {RedisStream.Explain(exception)}");
            }
        }

        throw new RedisLinkException($"no sentinel names the master {_masterName}: {string.Join("; ", problems)}");
    }

    private RedisEndpoint[] Known()
    {
        lock (_gate)
            return [.. _sentinels];
    }

    private async Task<RedisEndpoint> AskAsync(RedisEndpoint sentinel, CancellationToken stop)
    {
        using var deadline = new RedisDeadline(AnswerMsMax, _clock, stop);
        try
        {
            using RedisStream stream =
                await RedisStream.ConnectAsync(sentinel, _sentinelSettings, _clock, deadline.Token).ConfigureAwait(false);
            var conversation = new RedisConversation(stream);
            await RedisHandshake.AuthenticateAsync(conversation, _sentinelSettings, deadline.Token).ConfigureAwait(false);
            RedisAnswer answer = await conversation.AskAsync(
                deadline.Token, "SENTINEL", "get-master-addr-by-name", _masterName).ConfigureAwait(false);
            RedisEndpoint master = ReadMaster(answer);
            RedisAnswer others = await conversation.AskAsync(
                deadline.Token, "SENTINEL", "sentinels", _masterName).ConfigureAwait(false);
            Remember(sentinel, others);
            return master;
        }
        catch (Exception exception)
        {
            deadline.ThrowIfOver(exception, "no answer");
            throw;
        }
    }

    private static RedisEndpoint ReadMaster(RedisAnswer answer)
    {
        if (answer.Error is { } error)
            throw new RedisLinkException(error);
        List<string> texts = answer.IsNull ? [] : answer.Texts();
        if (texts.Count != 2 || !TryReadPort(texts[1], out int port))
            throw new RedisLinkException("it does not know this master");
        return new RedisEndpoint(texts[0], port);
    }

    /// <summary>Puts the one that answered first, and those it knows last.</summary>
    private void Remember(RedisEndpoint sentinel, RedisAnswer others)
    {
        // Where this is forbidden the URL's sentinels must do.
        List<RedisAnswer> known = others.Error is null ? others.Elements() : [];
        lock (_gate)
        {
            _sentinels.Remove(sentinel);
            _sentinels.Insert(0, sentinel);
            foreach (RedisAnswer other in known)
            {
                if (other.ValueOf("ip") is not { Length: > 0 } host || !TryReadPort(other.ValueOf("port"), out int port))
                    continue;
                var endpoint = new RedisEndpoint(host, port);
                if (!_sentinels.Contains(endpoint) && MakeRoom())
                    _sentinels.Add(endpoint);
            }
        }
    }

    /// <summary>Forgets the last one that was learnt when there are too many.</summary>
    private bool MakeRoom()
    {
        if (_sentinels.Count < SentinelsMax)
            return true;
        int last = _sentinels.FindLastIndex(sentinel => !_settings.Endpoints.Contains(sentinel));
        if (last < 1)
            return false;
        _sentinels.RemoveAt(last);
        return true;
    }

    private static bool TryReadPort(string? text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is >= 1 and <= 65_535;
}
