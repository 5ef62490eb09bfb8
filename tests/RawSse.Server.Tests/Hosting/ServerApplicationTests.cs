using System.Net;
using RawSse.Server.Hosting;
using RawSse.Server.Transport;

namespace RawSse.Server.Tests.Hosting;

public sealed class ServerApplicationTests
{
    [Test]
    public async Task Help_goes_to_the_output_and_ends_with_0() =>
        Assert.That(await RunAsync("--help"), Is.EqualTo((0, HelpText.Write(), "")));

    [Test]
    public async Task The_version_is_one_line()
    {
        var (code, output, error) = await RunAsync("--version");
        Assert.That((code, error), Is.EqualTo((0, "")));
        Assert.That(output, Does.Match(@"^RawSse \d+\.\d+\.\d+[-.\w]*\n$"));
    }

    [Test]
    public async Task The_options_in_effect_are_printed()
    {
        var (code, output, error) = await RunAsync("--print-config", "--heartbeat=7s");
        Assert.That((code, error), Is.EqualTo((0, "")));
        Assert.That(output, Does.Contain("\"heartbeat\": \"7s\""));
    }

    [TestCase("--nope")]
    [TestCase("--heartbeat=1ms")]
    [TestCase("--max-lag=512")]
    [TestCase("--config=/nowhere/at/all.json")]
    [TestCase("--print-config", "--heartbeat=1ms")]
    public async Task What_cannot_be_used_ends_with_2_and_one_line(params string[] args)
    {
        var (code, output, error) = await RunAsync(args);
        Assert.That((code, output), Is.EqualTo((2, "")));
        Assert.That(error, Does.StartWith("rawsse: ").And.Contain("; allowed: "));
        Assert.That(error.TrimEnd(), Does.Not.Contain('\n'));
    }

    [TestCase("127.0.0.1:3000", "--listen is '127.0.0.1:3000' (in use); allowed: ")]
    [TestCase("[::1]:9000", "--admin-listen is '[::1]:9000' (in use); allowed: ")]
    public void An_address_that_is_taken_names_its_option(string endpoint, string line) =>
        Assert.That(
            ServerApplication.NotBound(
                new RawSseOptions { AdminListen = "[::1]:9000" }, new TransportBindException(IPEndPoint.Parse(endpoint), "in use")).Message,
            Does.StartWith(line));

    private static async Task<(int Code, string Output, string Error)> RunAsync(params string[] args)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        int code = await ServerApplication.RunAsync(args, new Dictionary<string, string>(), output, error);
        return (code, output.ToString(), error.ToString());
    }
}
