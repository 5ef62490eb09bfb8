namespace RawSse.Server.Stores.Redis;

/// <summary>Why a connection was not opened, in one line for the log.</summary>
/// <param name="isRefused">only an operator can mend it: there is no point in trying again soon</param>
internal sealed class RedisLinkException(string message, bool isRefused = false) : Exception(message)
{
    public bool IsRefused { get; } = isRefused;
}
