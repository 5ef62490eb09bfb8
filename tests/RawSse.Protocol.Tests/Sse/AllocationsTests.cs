namespace RawSse.Protocol.Tests.Sse;

/// <summary>The control: the meter that other tests trust must see garbage when there is some.</summary>
internal sealed class AllocationsTests
{
    [Test]
    public void The_meter_sees_one_object_a_run()
    {
        object? kept = null;
        Assert.That(Allocations.Of(() => kept = new object()), Is.GreaterThanOrEqualTo(200 * 16));
        Assert.That(kept, Is.Not.Null);
    }

    [Test]
    public void The_meter_sees_nothing_where_nothing_is()
    {
        int sum = 0;
        Assert.That(Allocations.Of(() => sum++), Is.Zero);
    }
}
