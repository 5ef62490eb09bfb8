using System.Text;
using System.Text.RegularExpressions;
using RawSse.Protocol.Http;

namespace RawSse.Protocol.Tests.Http;

public sealed class HttpRejectionsTests
{
    private static readonly int[] Statuses = [400, 411, 413, 414, 417, 431, 501, 505];

    private static IEnumerable<HttpRejection> All =>
        Enum.GetValues<HttpRejection>().Where(rejection => rejection != HttpRejection.None);

    [TestCaseSource(nameof(All))]
    public void Every_rejection_says_what_to_change(HttpRejection rejection)
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Statuses, Does.Contain(HttpRejections.StatusCode(rejection)));
            Assert.That(HttpRejections.Name(rejection), Does.Match("^[a-z]+(_[a-z]+)*$"));
            Assert.That(HttpRejections.Detail(rejection), Does.EndWith("."));
            // It goes into JSON as it is.
            Assert.That(Regex.IsMatch(HttpRejections.Detail(rejection), "[\"\\\\]"), Is.False);
            Assert.That(Ascii.IsValid(HttpRejections.Detail(rejection)));
        }
    }

    [Test]
    public void No_two_rejections_share_a_name() =>
        Assert.That(All.Select(HttpRejections.Name), Is.Unique);

    [Test]
    public void Every_rejection_that_a_parser_gives_is_in_the_corpus() =>
        Assert.That(
            HttpBadCorpus.Samples.Select(sample => sample.Rejection).Distinct(),
            Is.EquivalentTo(All.Where(rejection => rejection != HttpRejection.LengthRequired)));

    [TestCase(HttpRejection.BadChunk, 400)]
    [TestCase(HttpRejection.BadTarget, 400)]
    [TestCase(HttpRejection.LengthRequired, 411)]
    [TestCase(HttpRejection.BodyTooLarge, 413)]
    [TestCase(HttpRejection.UriTooLong, 414)]
    [TestCase(HttpRejection.BadExpectation, 417)]
    [TestCase(HttpRejection.HeadTooLarge, 431)]
    [TestCase(HttpRejection.TooManyHeaders, 431)]
    [TestCase(HttpRejection.UnsupportedTransferEncoding, 501)]
    [TestCase(HttpRejection.VersionNotSupported, 505)]
    public void Rejections_have_the_status_of_the_rfc(HttpRejection rejection, int status) =>
        Assert.That(HttpRejections.StatusCode(rejection), Is.EqualTo(status));

    [TestCase(HttpRejection.None)]
    [TestCase((HttpRejection)255)]
    public void What_is_no_rejection_has_no_words(HttpRejection rejection) =>
        Assert.That(() => HttpRejections.Detail(rejection), Throws.InstanceOf<ArgumentOutOfRangeException>());
}
