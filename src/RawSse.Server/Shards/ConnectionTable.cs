using RawSse.Server.Channels;

namespace RawSse.Server.Shards;

/// <summary>
/// A shard's connections in blocks that never move, so that growth copies nothing and a reference to a record stays good.
/// A token is a slot and its generation: what arrives for an earlier owner of the slot is recognised.
/// </summary>
internal sealed class ConnectionTable
{
    private const int BlockBits = 8;
    private const int BlockSize = 1 << BlockBits;

    /// <summary>A token's top bit belongs to the transport.</summary>
    private const uint GenerationMask = 0x7FFF_FFFF;

    private readonly List<Connection[]> _blocks = [];
    private readonly Stack<int> _free = new();

    public int Count { get; private set; }

    /// <summary>Slots to scan: used and free ones.</summary>
    public int Slots => _blocks.Count << BlockBits;

    public ref Connection this[int slot] => ref _blocks[slot >> BlockBits][slot & (BlockSize - 1)];

    public int Rent()
    {
        if (_free.Count == 0)
            AddBlock();
        Count++;
        return _free.Pop();
    }

    public void Return(int slot)
    {
        ref Connection connection = ref this[slot];
        Invariant.Must(connection.State != ConnectionState.Free, "a slot is returned once");
        uint generation = (connection.Generation + 1) & GenerationMask;
        connection = default;
        connection.Generation = generation;
        _free.Push(slot);
        Count--;
    }

    public ulong TokenOf(int slot) => ((ulong)this[slot].Generation << 32) | (uint)slot;

    /// <summary>The slot of a token whose connection still lives.</summary>
    public bool TryFind(ulong token, out int slot)
    {
        slot = (int)(uint)token;
        if ((uint)slot >= (uint)Slots)
            return false;
        ref Connection connection = ref this[slot];
        return connection.State != ConnectionState.Free && connection.Generation == (uint)(token >> 32);
    }

    private void AddBlock()
    {
        int first = Slots;
        _blocks.Add(new Connection[BlockSize]);
        for (int slot = first + BlockSize - 1; slot >= first; slot--)
            _free.Push(slot);
    }
}
