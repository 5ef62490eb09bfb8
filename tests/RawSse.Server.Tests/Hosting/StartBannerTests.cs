using System.Net;
using RawSse.Server.Hosting;

namespace RawSse.Server.Tests.Hosting;

public sealed class StartBannerTests
{
    [Test]
    public void It_says_where_and_gives_two_commands_and_the_console_page() =>
        Assert.That(Write(new RawSseOptions(), "127.0.0.1:3000"), Is.EqualTo("""
            RawSse listens on http://127.0.0.1:3000
            Console page: http://127.0.0.1:3000/
            Try, in two terminals:
              curl -N http://127.0.0.1:3000/events/news
              curl -d hello http://127.0.0.1:3000/events/news

            """));

    [Test]
    public void A_wildcard_is_tried_at_its_loopback_and_says_what_publishing_needs()
    {
        string text = Write(new RawSseOptions(), "0.0.0.0:3000");
        Assert.That(text, Does.Contain("listens on http://0.0.0.0:3000").And.Contain("curl -N http://127.0.0.1:3000/events/news"));
        Assert.That(text, Does.Contain("--anonymous-publish").And.Not.Contain("Console"));
        Assert.That(Write(new RawSseOptions { AnonymousPublish = true }, "[::]:3000"),
            Does.Contain("curl -N http://[::1]:3000/events/news").And.Not.Contain("--anonymous-publish"));
    }

    [Test]
    public void A_loopback_listener_is_the_one_to_try() =>
        Assert.That(Write(new RawSseOptions(), "0.0.0.0:80", "[::1]:3000"),
            Does.Contain("http://0.0.0.0:80\n").And.Contain("curl -d hello http://[::1]:3000/events/news").And.Not.Contain("refused"));

    [TestCase(ConsoleMode.On, "10.0.0.1:3000", true)]
    [TestCase(ConsoleMode.Loopback, "10.0.0.1:3000", false)]
    [TestCase(ConsoleMode.Loopback, "127.0.0.1:3000", true)]
    [TestCase(ConsoleMode.Off, "127.0.0.1:3000", false)]
    public void The_console_page_is_named_where_it_is(ConsoleMode mode, string endpoint, bool isNamed) =>
        Assert.That(Write(new RawSseOptions { Console = mode }, endpoint).Contains("Console page"), Is.EqualTo(isNamed));

    [Test]
    public void The_admin_listener_is_named() =>
        Assert.That(
            StartBanner.Write(new RawSseOptions(), [IPEndPoint.Parse("127.0.0.1:1")], IPEndPoint.Parse("127.0.0.1:2")),
            Does.Contain("http://127.0.0.1:2/metrics"));

    private static string Write(RawSseOptions options, params string[] endpoints) =>
        StartBanner.Write(options, [.. endpoints.Select(IPEndPoint.Parse)], null);
}
