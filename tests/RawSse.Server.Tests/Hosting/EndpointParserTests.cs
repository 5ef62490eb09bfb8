using System.Net;
using RawSse.Server.Hosting;

namespace RawSse.Server.Tests.Hosting;

public sealed class EndpointParserTests
{
    [TestCase("127.0.0.1:3000", "127.0.0.1", 3000)]
    [TestCase("0.0.0.0:0", "0.0.0.0", 0)]
    [TestCase("10.1.2.3:65535", "10.1.2.3", 65535)]
    [TestCase("localhost:80", "127.0.0.1", 80)]
    [TestCase("LocalHost:80", "127.0.0.1", 80)]
    [TestCase("[::]:3000", "::", 3000)]
    [TestCase("[::1]:3000", "::1", 3000)]
    [TestCase("[fe80::1%3]:3000", "fe80::1%3", 3000)]
    public void Addresses_and_localhost_are_read(string text, string address, int port)
    {
        Assert.That(EndpointParser.TryParse(text, out var endpoint), Is.True);
        Assert.That(endpoint, Is.EqualTo(new IPEndPoint(IPAddress.Parse(address), port)));
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase(":")]
    [TestCase(":3000")]
    [TestCase("3000")]
    [TestCase("127.0.0.1")]
    [TestCase("127.0.0.1:")]
    [TestCase("127.0.0.1:65536")]
    [TestCase("127.0.0.1:-1")]
    [TestCase("127.0.0.1: 80")]
    [TestCase(" 127.0.0.1:80")]
    [TestCase("127.1:80")]
    [TestCase("1:80")]
    [TestCase("256.0.0.1:80")]
    [TestCase("::1:3000")]
    [TestCase("[::1]")]
    [TestCase("[::1:3000")]
    [TestCase("[127.0.0.1]:3000")]
    [TestCase("[]:3000")]
    [TestCase("example.org:80")]
    [TestCase("*:80")]
    [TestCase("http://127.0.0.1:3000")]
    public void Anything_else_is_refused(string? text) => Assert.That(EndpointParser.TryParse(text, out _), Is.False);
}
