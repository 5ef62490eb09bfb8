using RawSse.Bench.Load;
using RawSse.Bench.Load.Fleet;

namespace RawSse.Bench.Tests.Load;

/// <summary>What <c>load</c> takes, and that it says in a line what it does not.</summary>
public sealed class LoadArgumentsTests
{
    private const string Stream = "http://127.0.0.1:3000/events/news?x=1";

    [Test]
    public void A_url_alone_is_enough()
    {
        LoadOptions options = LoadArguments.Parse([Stream]);
        Assert.That(options.Target, Is.EqualTo(new HttpTarget("127.0.0.1", 3000, "127.0.0.1:3000", "/events/news?x=1")));
        Assert.That((options.Connections, options.Rate, options.Publish), Is.EqualTo((1_000, 10.0, (HttpTarget?)null)));
    }

    [Test]
    public void Options_are_read()
    {
        LoadOptions options = LoadArguments.Parse(
            [Stream, "--publish", Stream, "--in-flight", "8", "--header", "A: b", "--header", "C: d", "--warm-up", "0", "--slow", "3", "--duration", "2.5"]);
        Assert.That((options.InFlight, options.Publishers, options.WarmUpSeconds, options.Slow, options.Seconds), Is.EqualTo((8, 8, 0.0, 3, 2.5)));
        Assert.That(options.Headers, Is.EqualTo((string[])["A: b", "C: d"]));
    }

    [TestCase("--connections", "0")]
    [TestCase("--connections", "-1")]
    [TestCase("--connections", "1e3")]
    [TestCase("--connections", "99999999999999999999")]
    [TestCase("--rate", "0")]
    [TestCase("--rate", "-5")]
    [TestCase("--rate", "NaN")]
    [TestCase("--rate", "Infinity")]
    [TestCase("--rate", "1e9")]
    [TestCase("--duration", "0")]
    [TestCase("--duration", "1e300")]
    [TestCase("--warm-up", "-1")]
    [TestCase("--data-bytes", "8")]
    [TestCase("--slow", "1001")]
    [TestCase("--in-flight", "8")]
    [TestCase("--publish", "ftp://127.0.0.1/")]
    [TestCase("--publish-body", "no place")]
    [TestCase("--publish-body", "{data}{data}")]
    [TestCase("--header", "no colon")]
    [TestCase("--header", "A: b\r\nC: d")]
    [TestCase("--last-event-id", "1\n2")]
    [TestCase("--cpus", "one")]
    [TestCase("--cpus", "1023")]
    [TestCase("--cpus", "0,,0")]
    [TestCase("--processes", "201")]
    [TestCase("--unknown", "1")]
    public void What_cannot_be_is_refused_with_a_line_that_names_it(string name, string value)
    {
        LoadException? problem = Assert.Throws<LoadException>(() => LoadArguments.Parse([Stream, name, value]));
        Assert.That(problem!.Message, Does.Not.Contain("\n").And.Length.LessThan(200));
    }

    [Test]
    public void An_option_without_its_value_is_refused() =>
        Assert.Throws<LoadException>(() => LoadArguments.Parse([Stream, "--rate"]));

    [TestCase()]
    [TestCase("--rate", "5")]
    [TestCase("not a url")]
    [TestCase("https://127.0.0.1/")]
    [TestCase("http://[::1]:3000/")]
    public void Without_a_url_that_is_spoken_it_is_refused(params string[] arguments) =>
        Assert.Throws<LoadException>(() => LoadArguments.Parse(arguments));

    [Test]
    public void Connections_are_shared_out_without_a_rest()
    {
        FleetPlan whole = LoadArguments.Parse([Stream, "--connections", "1000", "--slow", "10", "--connect-rate", "90"]).Plan(null);
        FleetPlan[] plans = [.. LoadFleet.Share(whole, 3)];
        Assert.That(plans.Select(plan => plan.Connections), Is.EqualTo((int[])[334, 333, 333]));
        Assert.That(plans.Select(plan => plan.Slow), Is.EqualTo((int[])[4, 3, 3]));
        Assert.That(plans.Select(plan => (plan.Process, plan.ConnectRate)), Is.EqualTo(((int, double)[])[(0, 30.0), (1, 30.0), (2, 30.0)]));
    }
}
