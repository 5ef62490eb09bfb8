namespace RawSse.Server.Stores.Redis;

/// <summary>Slots <c>[First, Last]</c> and the master that holds them.</summary>
internal readonly record struct SlotRange(int First, int Last, RedisEndpoint Owner);
