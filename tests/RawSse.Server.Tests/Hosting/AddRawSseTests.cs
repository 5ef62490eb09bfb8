using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using RawSse.Server.Hosting;

namespace RawSse.Server.Tests.Hosting;

public sealed class AddRawSseTests
{
    [Test]
    public void It_adds_one_hosted_service_however_often_it_is_called()
    {
        using var services = Build(services => services.AddRawSse(options => options.Shards = 2).AddRawSse(options => options.MaxLength = 7));
        Assert.That(services.GetServices<IHostedService>().Single(), Is.InstanceOf<RawSseService>());
        var options = services.GetRequiredService<IOptions<RawSseOptions>>().Value;
        Assert.That((options.Shards, options.MaxLength), Is.EqualTo((2, 7)));
    }

    [Test]
    public void Before_the_host_has_started_there_is_no_server()
    {
        using var services = Build(services => services.AddRawSse());
        var accessor = services.GetRequiredService<RawSseAccessor>();
        Assert.That(() => accessor.Server, Throws.InvalidOperationException.With.Message.Contains("AddRawSse"));
    }

    [Test]
    public void A_service_that_never_started_can_be_stopped()
    {
        using var services = Build(services => services.AddRawSse());
        Assert.That(() => services.GetServices<IHostedService>().Single().StopAsync(CancellationToken.None), Throws.Nothing);
    }

    [Test]
    public void Options_that_cannot_be_used_fail_with_the_validators_line()
    {
        using var services = Build(services => services.AddRawSse(options => options.Shards = 1000));
        Assert.That(() => services.GetRequiredService<IOptions<RawSseOptions>>().Value,
            Throws.InstanceOf<OptionsValidationException>().With.Message.StartsWith("--shards is '1000'; allowed: "));
    }

    [Test]
    public void A_section_is_read_with_the_keys_and_texts_of_the_file()
    {
        var options = Bind(
            ("RawSse:Listen:0", "0.0.0.0:3000"), ("RawSse:Listen:1", "[::1]:3000"), ("RawSse:MaxLag", "4MiB"),
            ("RawSse:heartbeat", "20s"), ("RawSse:max-length", "5"), ("RawSse:AnonymousPublish", "True"));
        Assert.That(options.Listen, Is.EqualTo(new[] { "0.0.0.0:3000", "[::1]:3000" }));
        Assert.That((options.MaxLag, options.Heartbeat.TotalSeconds, options.MaxLength, options.AnonymousPublish),
            Is.EqualTo((4 << 20, 20, 5, true)));
    }

    [TestCase("RawSse:Nope", "1", "key 'RawSse:Nope' is unknown")]
    [TestCase("RawSse:MaxLag", "4MB", "--max-lag is '4MB' (RawSse:MaxLag); allowed: ")]
    [TestCase("RawSse:MaxLag:Deeper", "4MiB", "--max-lag is '")]
    public void A_section_that_cannot_be_used_says_where(string key, string value, string line)
    {
        if (key.EndsWith("Deeper", StringComparison.Ordinal))
            Assert.That(Bind((key, value)).MaxLag, Is.EqualTo(4 << 20), "a list of one is one");
        else
            Assert.That(() => Bind((key, value)), Throws.ArgumentException.With.Message.Contains(line));
    }

    private static RawSseOptions Bind(params (string Key, string Value)[] pairs)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(pairs.Select(pair => KeyValuePair.Create(pair.Key, (string?)pair.Value))).Build();
        using var services = Build(services => services.AddRawSse(configuration.GetSection("RawSse")));
        return services.GetRequiredService<IOptions<RawSseOptions>>().Value;
    }

    private static ServiceProvider Build(Action<IServiceCollection> add)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        add(services);
        return services.BuildServiceProvider();
    }
}
