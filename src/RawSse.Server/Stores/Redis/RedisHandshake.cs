using System.Globalization;

namespace RawSse.Server.Stores.Redis;

/// <summary>
/// Gets in: RESP3 where the server has it (HELLO), the user, the database; and makes sure that it is a master that answers.
/// Commands that an ACL may forbid are not needed to get in. On the thread pool.
/// </summary>
internal sealed class RedisHandshake
{
    /// <summary>For all of it.</summary>
    public const int MsMax = 3_000;

    private const string ClientName = "rawsse";

    private readonly RedisConversation _conversation;
    private readonly RedisSettings _settings;
    private readonly CancellationToken _stop;

    private RedisHandshake(RedisConversation conversation, RedisSettings settings, CancellationToken stop)
    {
        _conversation = conversation;
        _settings = settings;
        _stop = stop;
    }

    /// <exception cref="RedisLinkException">it does not let us in, or is no master that answers</exception>
    public static async Task<RedisServerInfo> RunAsync(
        RedisStream stream, RedisEndpoint endpoint, RedisSettings settings, bool takesAnyRole, TimeProvider clock, CancellationToken stop)
    {
        using var deadline = new RedisDeadline(MsMax, clock, stop);
        try
        {
            var handshake = new RedisHandshake(new RedisConversation(stream), settings, deadline.Token);
            return await handshake.RunAsync(endpoint, takesAnyRole).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            deadline.ThrowIfOver(exception, "it connects but does not answer");
            throw;
        }
    }

    /// <summary>AUTH alone: sentinels have neither databases nor a role to be checked.</summary>
    /// <exception cref="RedisLinkException">it does not let us in</exception>
    public static Task AuthenticateAsync(RedisConversation conversation, RedisSettings settings, CancellationToken stop) =>
        new RedisHandshake(conversation, settings, stop).AuthenticateAsync();

    private async Task<RedisServerInfo> RunAsync(RedisEndpoint endpoint, bool takesAnyRole)
    {
        RedisAnswer hello = await GreetAsync().ConfigureAwait(false);
        bool isThree = hello.Error is null;
        if (!isThree)
            await AuthenticateAsync().ConfigureAwait(false);
        await SelectAsync().ConfigureAwait(false);
        string replication = await InfoAsync("replication").ConfigureAwait(false);
        if (!takesAnyRole)
            await RequireMasterAsync(replication).ConfigureAwait(false);
        string server = await InfoAsync("server").ConfigureAwait(false);
        await RequireReadyAsync(takesAnyRole).ConfigureAwait(false);
        return new RedisServerInfo
        {
            Endpoint = endpoint,
            RunId = FieldOf(server, "run_id"),
            ReplicationId = FieldOf(replication, "master_replid"),
            Version = VersionOf(FieldOf(server, "redis_version") is { Length: > 0 } version ? version : hello.ValueOf("version")),
            Protocol = isThree ? 3 : 2,
        };
    }

    /// <returns>an error: it has only RESP2</returns>
    private async Task<RedisAnswer> GreetAsync()
    {
        RedisAnswer hello = _settings is { User: null, Password: null }
            ? await AskAsync("HELLO", "3", "SETNAME", ClientName).ConfigureAwait(false)
            : await AskAsync(
                "HELLO", "3", "AUTH", _settings.User ?? "default", _settings.Password ?? "", "SETNAME", ClientName).ConfigureAwait(false);
        if (hello.Error is { } error && !hello.IsError("NOPROTO") && !hello.IsError("ERR unknown command"))
            throw Refusal(error);
        return hello;
    }

    private async Task AuthenticateAsync()
    {
        if (_settings is not { User: null, Password: null })
        {
            string password = _settings.Password ?? "";
            RedisAnswer answer = _settings.User is { } user
                ? await AskAsync("AUTH", user, password).ConfigureAwait(false)
                : await AskAsync("AUTH", password).ConfigureAwait(false);
            if (answer.Error is { } error)
                throw Refusal(error);
        }

        // A name is a help to operators; where it is forbidden there is none.
        await AskAsync("CLIENT", "SETNAME", ClientName).ConfigureAwait(false);
    }

    private async Task SelectAsync()
    {
        if (_settings.Database == 0)
            return;
        RedisAnswer answer = await AskAsync("SELECT", _settings.Database.ToString(CultureInfo.InvariantCulture)).ConfigureAwait(false);
        if (answer.Error is { } error)
            throw new RedisLinkException(string.Create(CultureInfo.InvariantCulture, $"database {_settings.Database}: {error}"), isRefused: true);
    }

    /// <summary>ROLE, else what INFO said; where both are forbidden it is believed.</summary>
    private async Task RequireMasterAsync(string replication)
    {
        RedisAnswer answer = await AskAsync("ROLE").ConfigureAwait(false);
        if (answer.IsError("NOAUTH"))
            throw Refusal(answer.Error!);
        string role = answer.Error is null ? answer.Texts().FirstOrDefault("") : FieldOf(replication, "role");
        if (role.Length > 0 && role != "master")
            throw new RedisLinkException($"it is no master but a {(role == "slave" ? "replica" : role)}");
    }

    /// <summary>A server that loads its data answers what was asked so far, but no command of ours.</summary>
    private async Task RequireReadyAsync(bool takesAnyRole)
    {
        RedisAnswer answer = await AskAsync("PING").ConfigureAwait(false);
        if (answer.IsError("LOADING") || (answer.IsError("MASTERDOWN") && !takesAnyRole) || answer.IsError("NOAUTH"))
            throw new RedisLinkException(answer.Error!);
    }

    /// <summary>Lines of <c>key:value</c>; empty where it is forbidden.</summary>
    private async Task<string> InfoAsync(string section)
    {
        RedisAnswer answer = await AskAsync("INFO", section).ConfigureAwait(false);
        return answer.Error is null ? answer.Texts()[0] : "";
    }

    private Task<RedisAnswer> AskAsync(params string[] words) => _conversation.AskAsync(_stop, words);

    private RedisLinkException Refusal(string error)
    {
        bool isLater = error.StartsWith("LOADING", StringComparison.Ordinal) || error.StartsWith("ERR max number", StringComparison.Ordinal);
        string hint = error.StartsWith("NOAUTH", StringComparison.Ordinal) && _settings.Password is null
            ? " (the URL names no password)"
            : "";
        return new RedisLinkException(error + hint, isRefused: !isLater);
    }

    private static string FieldOf(string info, string key)
    {
        foreach (ReadOnlySpan<char> line in info.AsSpan().EnumerateLines())
        {
            if (line.Length > key.Length && line[key.Length] == ':' && line.StartsWith(key, StringComparison.Ordinal))
                return line[(key.Length + 1)..].Trim().ToString();
        }

        return "";
    }

    private static Version VersionOf(string? text) =>
        Version.TryParse(text?.Split('-', 2)[0], out Version? version) ? version : new Version(0, 0);
}
