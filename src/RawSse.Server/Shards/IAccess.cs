namespace RawSse.Server.Shards;

internal enum AccessDecision : byte
{
    Allow,
    Deny,
}

internal enum AccessRight : byte
{
    Subscribe,
    Publish,
}

/// <summary>Who may do what. Called on a shard's thread for each channel of a request; must not block.</summary>
internal interface IAccess
{
    AccessDecision Decide(AccessRight right, ReadOnlySpan<byte> channel, ReadOnlySpan<byte> authorization);
}

/// <summary>Everybody may do everything.</summary>
internal sealed class OpenAccess : IAccess
{
    public AccessDecision Decide(AccessRight right, ReadOnlySpan<byte> channel, ReadOnlySpan<byte> authorization) => AccessDecision.Allow;
}
