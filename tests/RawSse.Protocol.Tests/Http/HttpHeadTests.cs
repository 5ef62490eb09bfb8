using System.Buffers;
using System.Text;
using RawSse.Protocol.Http;

namespace RawSse.Protocol.Tests.Http;

/// <summary>What the properties say about heads.</summary>
public sealed class HttpHeadTests
{
    private readonly HttpRequestParser _parser = new(1024);

    [SetUp]
    public void Reset() => _parser.Reset();

    [Test]
    public void A_browsers_request_is_read()
    {
        Read(HttpCorpus.Browser);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(_parser.Verb, Is.EqualTo(HttpVerb.Get));
            Assert.That(Text(_parser.Method), Is.EqualTo("GET"));
            Assert.That(Text(_parser.Path), Is.EqualTo("/events/news"));
            Assert.That(Text(_parser.Query), Is.EqualTo("lastEventId=5-0&from=earliest"));
            Assert.That(_parser.MinorVersion, Is.EqualTo(1));
            Assert.That(_parser.KeepAlive, Is.True);
            Assert.That(Text(_parser.Host), Is.EqualTo("localhost:3000"));
            Assert.That(Text(_parser.Accept), Is.EqualTo("text/event-stream"));
            Assert.That(Text(_parser.UserAgent), Is.EqualTo("Mozilla/5.0 (X11; Linux x86_64)"));
            Assert.That(Text(_parser.Origin), Is.EqualTo("http://localhost:3000"));
            Assert.That(Text(_parser.LastEventId), Is.EqualTo("1795320800660-0"));
            Assert.That((_parser.HasLastEventId, _parser.HasOrigin), Is.EqualTo((true, true)));
            Assert.That((_parser.HasIdempotencyKey, _parser.HasContentType), Is.EqualTo((false, false)));
            Assert.That((_parser.HasBody, _parser.IsChunked, _parser.ContentLength), Is.EqualTo((false, false, -1L)));
        }
    }

    [Test]
    public void A_publishers_request_is_read()
    {
        Read("POST /events/a%2Fb?type=T HTTP/1.1\r\nHOST: [::1]:3000\r\nContent-Type: text/plain; charset=utf-8\r\n"
            + "idempotency-key: k\r\nAuthorization: Bearer x.y\r\nExpect: 100-continue\r\nContent-Length: 0007\r\n\r\n");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(_parser.Verb, Is.EqualTo(HttpVerb.Post));
            Assert.That(Text(_parser.Path), Is.EqualTo("/events/a%2Fb"));
            Assert.That(Text(_parser.Host), Is.EqualTo("[::1]:3000"));
            Assert.That(Text(_parser.ContentType), Is.EqualTo("text/plain; charset=utf-8"));
            Assert.That(Text(_parser.IdempotencyKey), Is.EqualTo("k"));
            Assert.That(Text(_parser.Authorization), Is.EqualTo("Bearer x.y"));
            Assert.That((_parser.HasIdempotencyKey, _parser.HasContentType), Is.EqualTo((true, true)));
            Assert.That((_parser.HasBody, _parser.ExpectContinue, _parser.ContentLength), Is.EqualTo((true, true, 7L)));
        }
    }

    [TestCase("GET", HttpVerb.Get)]
    [TestCase("HEAD", HttpVerb.Head)]
    [TestCase("POST", HttpVerb.Post)]
    [TestCase("OPTIONS", HttpVerb.Options)]
    [TestCase("Get", HttpVerb.Other)]
    [TestCase("DELETE", HttpVerb.Other)]
    [TestCase("!#$%&'*+-.^_`|~09azAZ", HttpVerb.Other)]
    public void Methods_are_told_apart(string method, HttpVerb verb)
    {
        Read($"{method} / HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.That((_parser.Verb, Text(_parser.Method)), Is.EqualTo((verb, method)));
    }

    [TestCase("GET", "/", "/", "", "h")]
    [TestCase("GET", "/a?", "/a", "", "h")]
    [TestCase("GET", "/a?b?c", "/a", "b?c", "h")]
    [TestCase("GET", "//x/y", "//x/y", "", "h")]
    [TestCase("GET", "/../a", "/../a", "", "h")]
    [TestCase("GET", "http://b", "/", "", "b")]
    [TestCase("GET", "http://b/", "/", "", "b")]
    [TestCase("GET", "hTTpS://b:1/c?d", "/c", "d", "b:1")]
    [TestCase("GET", "http://b?d", "/", "d", "b")]
    [TestCase("GET", "http://b/http://c", "/http://c", "", "b")]
    [TestCase("OPTIONS", "*", "*", "", "h")]
    [TestCase("OPTIONS", "http://b", "*", "", "b")]
    [TestCase("OPTIONS", "http://b/", "/", "", "b")]
    [TestCase("OPTIONS", "http://b?d", "/", "d", "b")]
    public void A_target_is_split(string method, string target, string path, string query, string host)
    {
        Read($"{method} {target} HTTP/1.1\r\nHost: h\r\n\r\n");
        Assert.That((Text(_parser.Path), Text(_parser.Query), Text(_parser.Host)), Is.EqualTo((path, query, host)));
    }

    [TestCase("HTTP/1.1", "", true)]
    [TestCase("HTTP/1.1", "Connection: close\r\n", false)]
    [TestCase("HTTP/1.1", "Connection: x, CLOSE\t,y\r\n", false)]
    [TestCase("HTTP/1.1", "Connection: keep-alive\r\nConnection: close\r\n", false)]
    [TestCase("HTTP/1.1", "Connection: closed\r\n", true)]
    [TestCase("HTTP/1.1", "Connection:\r\n", true)]
    [TestCase("HTTP/1.0", "", false)]
    [TestCase("HTTP/1.0", "Connection: keep-alive\r\n", true)]
    [TestCase("HTTP/1.0", "Connection: foo,Keep-Alive\r\n", true)]
    [TestCase("HTTP/1.0", "Connection: keep-alive, close\r\n", false)]
    public void The_connection_is_kept_only_when_both_may(string version, string fields, bool keepAlive)
    {
        Read($"GET / {version}\r\nHost: a\r\n{fields}\r\n");
        Assert.That(_parser.KeepAlive, Is.EqualTo(keepAlive));
    }

    [TestCase("HTTP/1.1", "Content-Length: 1\r\n", true)]
    [TestCase("HTTP/1.1", "Transfer-Encoding: chunked\r\n", true)]
    [TestCase("HTTP/1.1", "Content-Length: 0\r\n", false)]
    [TestCase("HTTP/1.1", "", false)]
    [TestCase("HTTP/1.0", "Content-Length: 1\r\n", false)]
    public void Continue_is_expected_only_with_a_body(string version, string fields, bool expected)
    {
        Read($"POST / {version}\r\nHost: a\r\nExpect: 100-continue\r\n{fields}\r\n");
        Assert.That(_parser.ExpectContinue, Is.EqualTo(expected));
    }

    [Test]
    public void Several_accept_fields_are_one_list()
    {
        string many = new('x', 600);
        Read($"GET / HTTP/1.1\r\nHost: a\r\nAccept: a/b\r\nAccept:\r\nAccept: {many}\r\nAccept: text/event-stream\r\n\r\n");
        Assert.That(Text(_parser.Accept), Is.EqualTo($"a/b, , {many}, text/event-stream"));
        Read(HttpCorpus.Minimal);
        Assert.That(Text(_parser.Accept), Is.Empty);
    }

    [Test]
    public void An_empty_field_is_there()
    {
        Read("GET / HTTP/1.1\r\nHost: a\r\nLast-Event-ID: \t\r\nOrigin:\r\nIdempotency-Key:\r\nContent-Type:\r\n\r\n");
        Assert.That(
            (_parser.HasLastEventId, _parser.HasOrigin, _parser.HasIdempotencyKey, _parser.HasContentType),
            Is.EqualTo((true, true, true, true)));
        Assert.That(Text(_parser.LastEventId) + Text(_parser.Origin), Is.Empty);
    }

    [Test]
    public void Nothing_of_one_request_stays_for_the_next()
    {
        Read("POST http://x/y?z HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\nAccept: a\r\nAccept: b\r\nLast-Event-ID: 1\r\n"
            + "Origin: o\r\nContent-Type: t\r\nIdempotency-Key: k\r\nAuthorization: u\r\nUser-Agent: v\r\nContent-Length: 1\r\n\r\n");
        Read("GET / HTTP/1.0\r\n\r\n");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Text(_parser.Path), Is.EqualTo("/"));
            Assert.That(
                Text(_parser.Query) + Text(_parser.Host) + Text(_parser.Accept) + Text(_parser.LastEventId)
                + Text(_parser.Origin) + Text(_parser.ContentType) + Text(_parser.IdempotencyKey)
                + Text(_parser.Authorization) + Text(_parser.UserAgent),
                Is.Empty);
            Assert.That((_parser.HasLastEventId, _parser.HasOrigin), Is.EqualTo((false, false)));
            Assert.That((_parser.HasIdempotencyKey, _parser.HasContentType), Is.EqualTo((false, false)));
            Assert.That((_parser.KeepAlive, _parser.HasBody, _parser.ContentLength), Is.EqualTo((false, false, -1L)));
        }
    }

    [Test]
    public void A_refused_parser_stays_refused_until_reset()
    {
        Assert.That(Parse("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n"), Is.EqualTo(ParseStatus.Rejected));
        Assert.That(Parse(HttpCorpus.Minimal + HttpCorpus.Minimal), Is.EqualTo(ParseStatus.Rejected));
        Assert.That(_parser.Rejection, Is.EqualTo(HttpRejection.BadHost));
        Assert.That(Text(_parser.Path), Is.Empty);
        _parser.Reset();
        Assert.That(_parser.Rejection, Is.EqualTo(HttpRejection.None));
        Read(HttpCorpus.Minimal);
    }

    [Test]
    public void Before_a_head_is_done_every_value_is_empty()
    {
        ParseStatus status = Parse("GET /path?q HTTP/1.1\r\nHost: a\r\nAccept: b\r\nLast-Event-ID: 1\r\n");
        Assert.That(status, Is.EqualTo(ParseStatus.NeedMore));
        Assert.That(Text(_parser.Path) + Text(_parser.Query) + Text(_parser.Method), Is.Empty);
        Assert.That(Text(_parser.Host) + Text(_parser.Accept) + Text(_parser.LastEventId), Is.Empty);
    }

    [Test]
    public void Input_that_shrinks_is_a_bug_of_the_caller()
    {
        Assert.That(Parse("GET /path HTTP/1.1\r\nHo"), Is.EqualTo(ParseStatus.NeedMore));
        Assert.That(() => Parse("GET"), Throws.ArgumentException);
    }

    [Test]
    public void A_parser_without_room_for_a_head_is_not_made() =>
        Assert.That(
            () => new HttpRequestParser(HttpRequestParser.HeadBytesMin - 1), Throws.InstanceOf<ArgumentOutOfRangeException>());

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);

    private void Read(string head) => Assert.That(Parse(head), Is.EqualTo(ParseStatus.Done), _parser.Rejection.ToString());

    private ParseStatus Parse(string text) =>
        _parser.ParseHead(new ReadOnlySequence<byte>(Encoding.Latin1.GetBytes(text)), out _, out _);
}
