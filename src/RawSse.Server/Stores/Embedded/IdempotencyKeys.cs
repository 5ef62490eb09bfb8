using System.Security.Cryptography;
using RawSse.Protocol.Ids;
using RawSse.Server.Channels;

namespace RawSse.Server.Stores.Embedded;

/// <summary>
/// Idempotency keys of the last five minutes, for each channel, with the id and a digest of what was published under them.
/// Their memory counts as the store's. Home shard only.
/// </summary>
internal sealed class IdempotencyKeys(MemoryBudget budget)
{
    public const long LifetimeMs = 5 * 60 * 1000;

    /// <summary>What a key costs besides its own bytes: dictionary entry, array header, queue entry.</summary>
    private const int OverheadBytes = 160;

    private readonly Dictionary<byte[], Use> _uses = new(ByteArrayComparer.Instance);
    private readonly Queue<(long ExpiresAtMs, byte[] Name)> _expiries = new();

    public enum Outcome : byte
    {
        Fresh,
        Repeated,
        Conflict,
    }

    public Outcome Find(scoped in NewEvent newEvent, ReadOnlySpan<byte> key, out EventId id)
    {
        id = default;
        if (!_uses.TryGetValue(NameOf(newEvent.Channel, key), out Use use))
            return Outcome.Fresh;
        id = use.Id;
        return use.Digest == DigestOf(newEvent) ? Outcome.Repeated : Outcome.Conflict;
    }

    public void Add(scoped in NewEvent newEvent, ReadOnlySpan<byte> key, EventId id, long nowMs)
    {
        byte[] name = NameOf(newEvent.Channel, key);
        _uses.Add(name, new Use(id, DigestOf(newEvent)));
        _expiries.Enqueue((nowMs + LifetimeMs, name));
        budget.Add(MemoryKind.Store, name.Length + OverheadBytes);
    }

    public void Expire(long nowMs)
    {
        while (_expiries.TryPeek(out (long ExpiresAtMs, byte[] Name) oldest) && oldest.ExpiresAtMs <= nowMs)
        {
            _expiries.Dequeue();
            _uses.Remove(oldest.Name);
            budget.Add(MemoryKind.Store, -(oldest.Name.Length + OverheadBytes));
        }
    }

    /// <summary>Forgets them all.</summary>
    public void Clear() => Expire(long.MaxValue);

    private static byte[] NameOf(ReadOnlySpan<byte> channel, ReadOnlySpan<byte> key) => [(byte)channel.Length, .. channel, .. key];

    private static UInt128 DigestOf(scoped in NewEvent newEvent)
    {
        Span<byte> parts = stackalloc byte[2 * SHA256.HashSizeInBytes];
        SHA256.HashData(newEvent.Type, parts);
        SHA256.HashData(newEvent.Data, parts[SHA256.HashSizeInBytes..]);
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(parts, digest);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(digest);
    }

    private readonly record struct Use(EventId Id, UInt128 Digest);

    private sealed class ByteArrayComparer : IEqualityComparer<byte[]>
    {
        public static readonly ByteArrayComparer Instance = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(byte[] obj)
        {
            var hash = new HashCode();
            hash.AddBytes(obj);
            return hash.ToHashCode();
        }
    }
}
