using RawSse.Server.Shards;
using RawSse.Server.Transport;

namespace RawSse.Server.Tests.Shards;

internal sealed class ConnectionTableTests
{
    [Test]
    public void A_token_dies_with_its_connection_though_the_slot_lives_on()
    {
        var table = new ConnectionTable();
        int slot = Rent(table);
        ulong token = table.TokenOf(slot);
        Assert.That(table.TryFind(token, out int found) ? found : -1, Is.EqualTo(slot));
        table.Return(slot);
        Assert.That(table.TryFind(token, out _), Is.False);
        Assert.That(Rent(table), Is.EqualTo(slot), "the slot is used again");
        Assert.That(table.TryFind(token, out _), Is.False, "by another generation");
        Assert.That(table.TryFind(table.TokenOf(slot), out _));
    }

    [Test]
    public void Growth_moves_nothing()
    {
        var table = new ConnectionTable();
        int first = Rent(table);
        ref Connection connection = ref table[first];
        connection.Handle = 7;
        var slots = new HashSet<int> { first };
        for (int i = 0; i < 2000; i++)
            Assert.That(slots.Add(Rent(table)), "each slot once");
        connection.Discarded = 9;
        Assert.That((table[first].Handle, table[first].Discarded, table.Count), Is.EqualTo((7, 9, 2001)));
        foreach (int slot in slots)
            table.Return(slot);
        Assert.That(table.Count, Is.Zero);
        Assert.That(table.Slots, Is.GreaterThanOrEqualTo(2001));
    }

    [Test]
    public void Tokens_leave_the_top_bit_to_the_transport()
    {
        var table = new ConnectionTable();
        int slot = Rent(table);
        table[slot].Generation = 0x7FFF_FFFF;
        Assert.That(table.TokenOf(slot), Is.LessThan(TransportToken.Limit));
        table.Return(slot);
        Assert.That(table.TokenOf(Rent(table)), Is.LessThan(TransportToken.Limit));
    }

    [Test]
    public void A_token_of_nobody_is_not_found() => Assert.That(new ConnectionTable().TryFind(12345, out _), Is.False);

    private static int Rent(ConnectionTable table)
    {
        int slot = table.Rent();
        table[slot].State = ConnectionState.Http;
        return slot;
    }
}
