using System.Text;
using RawSse.Server.Http;

namespace RawSse.Server.Tests.Http;

internal sealed class PublishRulesTests
{
    private const int FrameBytesMax = 1000;

    [TestCase("a", null)]
    [TestCase("!~", null)]
    [TestCase("", "bad_idempotency_key")]
    [TestCase("a b", "bad_idempotency_key")]
    [TestCase("é", "bad_idempotency_key")]
    public void A_key_is_1_to_128_printable_bytes(string key, string? error) =>
        Assert.That(PublishRules.CheckKey(Encoding.UTF8.GetBytes(key))?.Error, Is.EqualTo(error));

    [TestCase(128, false)]
    [TestCase(129, true)]
    public void A_key_has_at_most_128_bytes(int length, bool isProblem) =>
        Assert.That(PublishRules.CheckKey(Encoding.ASCII.GetBytes(new string('k', length))) is not null, Is.EqualTo(isProblem));

    [TestCase("", null)]
    [TestCase("update", null)]
    [TestCase("rawsse.gap", "bad_type")]
    [TestCase("a\nb", "bad_type")]
    [TestCase("a\u0085b", "bad_type")]
    public void A_type_has_no_control_characters_and_is_not_ours(string type, string? error) =>
        Assert.That(PublishRules.CheckType(Encoding.UTF8.GetBytes(type))?.Error, Is.EqualTo(error));

    [TestCase("user:42", null)]
    [TestCase("", "bad_channel")]
    [TestCase("a{b", "bad_channel")]
    public void A_channel_has_a_name(string channel, string? error) =>
        Assert.That(PublishRules.CheckChannel(Encoding.UTF8.GetBytes(channel))?.Error, Is.EqualTo(error));

    [Test]
    public void The_frame_counts_not_the_data_alone()
    {
        // "id: 1795320800660-0\n" "data: " "\n\n"
        const int Overhead = 20 + 6 + 2;
        Assert.That(PublishRules.CheckData([], new byte[FrameBytesMax - Overhead], FrameBytesMax), Is.Null);
        Assert.That(PublishRules.CheckData([], new byte[FrameBytesMax - Overhead + 1], FrameBytesMax)?.Status, Is.EqualTo(413));
        byte[] lines = new byte[200];
        lines.AsSpan().Fill((byte)'\n');
        Assert.That(PublishRules.CheckData([], lines, FrameBytesMax)?.Status, Is.EqualTo(413), "each line end becomes a field");
        Assert.That(PublishRules.CheckData([], [0xC3], FrameBytesMax)?.Error, Is.EqualTo("not_utf8"));
    }
}
