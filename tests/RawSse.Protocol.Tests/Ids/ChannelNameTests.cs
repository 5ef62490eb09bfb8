using System.Text;
using RawSse.Protocol.Ids;
using RawSse.Protocol.Tests.Sse;

namespace RawSse.Protocol.Tests.Ids;

internal sealed class ChannelNameTests
{
    [TestCase("a")]
    [TestCase("user:42")]
    [TestCase("a/b")]
    [TestCase("..")]
    [TestCase(" ")]
    [TestCase("~")]
    [TestCase("é")]
    [TestCase("\u00A0")]
    [TestCase("Â\u00A0")]
    [TestCase("\u2028")]
    [TestCase("😀")]
    public void Names_may_hold_any_character_but_the_forbidden(string text)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        Assert.That(ChannelName.Validate(utf8), Is.EqualTo(ChannelNameStatus.Ok));
        Assert.That(ChannelName.TryCreate(utf8, out ChannelName? name, out ChannelNameStatus status), Is.True);
        Assert.That(status, Is.EqualTo(ChannelNameStatus.Ok));
        Assert.That(name!.ToString(), Is.EqualTo(text));
        Assert.That(name.Bytes.ToArray(), Is.EqualTo(utf8));
        Assert.That(name.Memory.ToArray(), Is.EqualTo(utf8));
    }

    [Test]
    public void Exactly_control_characters_and_braces_are_forbidden()
    {
        for (int value = 0; value < 0x3000; value++)
        {
            bool isForbidden = value is < 0x20 or (>= 0x7F and <= 0x9F) or '{' or '}';
            byte[] character = Encoding.UTF8.GetBytes(((char)value).ToString());
            byte[] inside = [.. "\u00A0 long enough for a vector "u8, .. character, .. "\u00A9"u8];
            ChannelNameStatus expected = isForbidden ? ChannelNameStatus.ForbiddenCharacter : ChannelNameStatus.Ok;
            Assert.That(ChannelName.Validate(character), Is.EqualTo(expected), $"U+{value:X4}");
            Assert.That(ChannelName.Validate(inside), Is.EqualTo(expected), $"U+{value:X4} inside");
        }
    }

    [TestCase(0, ChannelNameStatus.Empty)]
    [TestCase(1, ChannelNameStatus.Ok)]
    [TestCase(200, ChannelNameStatus.Ok)]
    [TestCase(201, ChannelNameStatus.TooLong)]
    public void A_name_has_1_to_200_bytes(int length, ChannelNameStatus expected)
    {
        byte[] utf8 = new byte[length];
        Array.Fill(utf8, (byte)'x');
        bool created = ChannelName.TryCreate(utf8, out ChannelName? name, out ChannelNameStatus status);
        Assert.That(status, Is.EqualTo(expected));
        Assert.That(created, Is.EqualTo(expected == ChannelNameStatus.Ok));
        Assert.That(name is null, Is.Not.EqualTo(created));
    }

    [TestCase(new byte[] { 0x80 })]
    [TestCase(new byte[] { 0xC2 })]
    [TestCase(new byte[] { (byte)'a', 0xC2 })]
    [TestCase(new byte[] { 0xC0, 0x80 })]
    [TestCase(new byte[] { 0xED, 0xA0, 0x80 })]
    [TestCase(new byte[] { 0xF4, 0x90, 0x80, 0x80 })]
    [TestCase(new byte[] { 0xFF })]
    public void A_name_is_utf8(byte[] bytes) =>
        Assert.That(ChannelName.Validate(bytes), Is.EqualTo(ChannelNameStatus.NotUtf8));

    [Test]
    public void Names_are_equal_when_their_bytes_are()
    {
        ChannelName name = Make("news");
        Assert.That(name, Is.EqualTo(Make("news")));
        Assert.That(name.GetHashCode(), Is.EqualTo(Make("news").GetHashCode()));
        Assert.That(name, Is.Not.EqualTo(Make("News")));
        Assert.That(Make("e\u0301"), Is.Not.EqualTo(Make("é")));
        Assert.That(name.Equals(null), Is.False);
        Assert.That(name.Equals((object)"news"), Is.False);
    }

    [Test]
    public void Names_are_ordered_by_bytes()
    {
        string[] ordered = ["A", "B", "a", "a/", "aa", "b", "é", "\uFFFD", "😀"];
        for (int i = 0; i < ordered.Length; i++)
        {
            for (int j = 0; j < ordered.Length; j++)
                Assert.That(Math.Sign(ChannelName.Compare(Make(ordered[i]), Make(ordered[j]))), Is.EqualTo(Math.Sign(i - j)));
        }
    }

    [Test]
    public void A_later_change_of_the_callers_bytes_does_not_reach_a_name()
    {
        byte[] bytes = "news"u8.ToArray();
        ChannelName.TryCreate(bytes, out ChannelName? name, out _);
        bytes[0] = (byte)'m';
        Assert.That(name!.ToString(), Is.EqualTo("news"));
    }

    [Test]
    public void A_dictionary_is_asked_with_bytes_and_without_garbage()
    {
        Dictionary<ChannelName, int> channels = new(ChannelNameComparer.Instance);
        for (int i = 0; i < 100; i++)
            channels[Make($"user:{i}")] = i;
        byte[] wanted = "user:42"u8.ToArray();
        byte[] unknown = "user:100"u8.ToArray();
        int found = 0;

        long allocated = Allocations.Of(() =>
        {
            var lookup = channels.GetAlternateLookup<ReadOnlySpan<byte>>();
            found = lookup.TryGetValue(wanted, out int value) && !lookup.ContainsKey(unknown) ? value : -1;
        });

        Assert.That(found, Is.EqualTo(42));
        Assert.That(allocated, Is.Zero);
    }

    [Test]
    public void A_lookup_that_adds_makes_a_valid_name_only()
    {
        Dictionary<ChannelName, int> channels = new(ChannelNameComparer.Instance);
        var lookup = channels.GetAlternateLookup<ReadOnlySpan<byte>>();
        lookup["news"u8] = 1;
        Assert.That(channels[Make("news")], Is.EqualTo(1));
        Assert.That(() => channels.GetAlternateLookup<ReadOnlySpan<byte>>()["{"u8] = 1, Throws.ArgumentException);
    }

    [Test]
    public void Validation_leaves_no_garbage()
    {
        byte[] name = "user:42/é"u8.ToArray();
        Assert.That(Allocations.Of(() => ChannelName.Validate(name)), Is.Zero);
    }

    internal static ChannelName Make(string text) =>
        ChannelName.TryCreate(Encoding.UTF8.GetBytes(text), out ChannelName? name, out ChannelNameStatus status)
            ? name
            : throw new ArgumentException(status.ToString(), nameof(text));
}
