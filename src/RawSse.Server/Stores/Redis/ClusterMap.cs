namespace RawSse.Server.Stores.Redis;

/// <summary>The slots of a cluster.</summary>
internal static class ClusterMap
{
    public const int Slots = 16384;
}
