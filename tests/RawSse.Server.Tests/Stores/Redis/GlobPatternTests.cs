using System.Text;
using RawSse.Server.Stores.Redis;

namespace RawSse.Server.Tests.Stores.Redis;

/// <summary>What each construct means. That Redis means the same is shown with a real one in RawSse.Redis.Tests.</summary>
internal sealed class GlobPatternTests
{
    [TestCase("a", "a")]
    [TestCase("*", "a")]
    [TestCase("a*", "a")]
    [TestCase("a**", "abc")]
    [TestCase("*c", "abc")]
    [TestCase("a*c", "abbc")]
    [TestCase("a*b*c", "axbybzc")]
    [TestCase("h?llo", "hello")]
    [TestCase("h[ae]llo", "hallo")]
    [TestCase("h[^e]llo", "hallo")]
    [TestCase("h[a-c]llo", "hbllo")]
    [TestCase("h[c-a]llo", "hbllo")]
    [TestCase(@"h\?llo", "h?llo")]
    [TestCase(@"h[\]]llo", "h]llo")]
    [TestCase(@"h[a\-z]llo", "h-llo")]
    [TestCase("h[^]llo", "hxllo")]
    [TestCase(@"a\", @"a\")]
    [TestCase("a[bc", "ab")]
    [TestCase("a]", "a]")]
    [TestCase("user:*", "user:42")]
    [TestCase("user:*", "user:")]
    [TestCase("", "")]
    public void It_matches(string glob, string text) => Assert.That(IsMatch(glob, text), Is.True);

    [TestCase("a", "b")]
    [TestCase("a", "ab")]
    [TestCase("ab", "a")]
    [TestCase("", "a")]
    [TestCase("*", "")]
    [TestCase("A", "a")]
    [TestCase("?", "ab")]
    [TestCase("a*c", "ab")]
    [TestCase("h[^e]llo", "hello")]
    [TestCase("h[]llo", "hllo")]
    [TestCase("h[a-c]llo", "hdllo")]
    [TestCase(@"h[a\-z]llo", "hbllo")]
    [TestCase(@"\*", "a")]
    [TestCase("user:*", "user")]
    [TestCase("*a*b", "ba")]
    public void It_does_not_match(string glob, string text) => Assert.That(IsMatch(glob, text), Is.False);

    [Test]
    public void Many_stars_are_not_tried_in_every_way()
    {
        // Trying them all would outlast everybody.
        string glob = string.Concat(Enumerable.Repeat("*a", 60)) + "*b";
        Assert.That(IsMatch(glob, new string('a', 200)), Is.False);
        Assert.That(IsMatch(glob, new string('a', 199) + "b"), Is.True);
    }

    [TestCase("*")]
    [TestCase("user:*")]
    [TestCase("a,b c")]
    [TestCase("[a-z]?[^0-9]")]
    [TestCase(@"\[a\\")]
    [TestCase(@"[\]]")]
    [TestCase("[-a]")]
    [TestCase(@"[a\-]")]
    [TestCase("ünï[é]*")]
    [TestCase("]")]
    public void Such_a_glob_can_be_configured(string glob) => Assert.That(GlobSyntax.Problem(glob), Is.Null);

    [TestCase("")]
    [TestCase("a[")]
    [TestCase("a[b")]
    [TestCase("[^")]
    [TestCase(@"[\]")]
    [TestCase(@"a\")]
    [TestCase("[a-]")]
    [TestCase(@"[a-\]x]")]
    [TestCase("[a-é]")]
    [TestCase("{a}")]
    [TestCase("a\n")]
    [TestCase("\u0085")]
    public void Such_a_glob_cannot(string glob) => Assert.That(GlobSyntax.Problem(glob), Is.Not.Null);

    [Test]
    public void Half_a_character_cannot_either() => Assert.That(GlobSyntax.Problem("a\ud800"), Is.Not.Null);

    [Test]
    public void A_glob_has_at_most_as_many_bytes_as_a_name()
    {
        Assert.That(GlobSyntax.Problem(new string('a', 200)), Is.Null);
        Assert.That(GlobSyntax.Problem(new string('é', 101)), Is.Not.Null);
    }

    private static bool IsMatch(string glob, string text) => new GlobPattern(Encoding.UTF8.GetBytes(glob)).IsMatch(Encoding.UTF8.GetBytes(text));
}
