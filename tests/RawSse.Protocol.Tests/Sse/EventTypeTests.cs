using System.Text;
using RawSse.Protocol.Sse;

namespace RawSse.Protocol.Tests.Sse;

internal sealed class EventTypeTests
{
    [TestCase("", EventTypeStatus.Ok)]
    [TestCase("message", EventTypeStatus.Ok)]
    [TestCase("update", EventTypeStatus.Ok)]
    [TestCase(" : {}😀", EventTypeStatus.Ok)]
    [TestCase("rawsse", EventTypeStatus.Ok)]
    [TestCase("Rawsse.gap", EventTypeStatus.Ok)]
    [TestCase(" rawsse.gap", EventTypeStatus.Ok)]
    [TestCase("rawsse.", EventTypeStatus.Reserved)]
    [TestCase("rawsse.gap", EventTypeStatus.Reserved)]
    [TestCase("a\nb", EventTypeStatus.ControlCharacter)]
    [TestCase("a\r", EventTypeStatus.ControlCharacter)]
    [TestCase("\0", EventTypeStatus.ControlCharacter)]
    [TestCase("\t", EventTypeStatus.ControlCharacter)]
    [TestCase("\u007F", EventTypeStatus.ControlCharacter)]
    [TestCase("\u0085", EventTypeStatus.ControlCharacter)]
    [TestCase("rawsse.\n", EventTypeStatus.ControlCharacter)]
    public void A_type_is_judged(string type, EventTypeStatus expected) =>
        Assert.That(EventType.Validate(Encoding.UTF8.GetBytes(type)), Is.EqualTo(expected));

    [Test]
    public void A_type_has_at_most_200_bytes()
    {
        byte[] type = new byte[EventType.BytesMax + 1];
        Array.Fill(type, (byte)'t');
        Assert.That(EventType.Validate(type.AsSpan(1)), Is.EqualTo(EventTypeStatus.Ok));
        Assert.That(EventType.Validate(type), Is.EqualTo(EventTypeStatus.TooLong));
    }

    [Test]
    public void A_type_is_utf8()
    {
        Assert.That(EventType.Validate([0xFF]), Is.EqualTo(EventTypeStatus.NotUtf8));
        Assert.That(EventType.Validate([(byte)'a', 0xC2]), Is.EqualTo(EventTypeStatus.NotUtf8));
    }
}
