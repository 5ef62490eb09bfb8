using System.Runtime.InteropServices;
using Microsoft.Extensions.Hosting;
using RawSse.Server.Hosting;

namespace RawSse.Server.Tests.Hosting;

public sealed class SignalLifetimeTests
{
    private RawSseOptions _options = new();

    [SetUp]
    public void SetADrain() => _options = new() { DrainDelay = TimeSpan.FromSeconds(5), Drain = TimeSpan.FromSeconds(20) };

    [Test]
    public void SIGTERM_drains_as_configured()
    {
        var (host, plan, exits) = Raise(PosixSignal.SIGTERM);
        Assert.That((plan.Delay.TotalSeconds, plan.Over.TotalSeconds, host.Stops, exits.Count), Is.EqualTo((5, 20, 1, 0)));
    }

    [Test]
    public void SIGINT_drains_without_delay_and_over_at_most_a_second()
    {
        var (host, plan, exits) = Raise(PosixSignal.SIGINT);
        Assert.That((plan.Delay.TotalSeconds, plan.Over.TotalSeconds, host.Stops, exits.Count), Is.EqualTo((0, 1, 1, 0)));
    }

    [Test]
    public void SIGINT_never_lengthens_the_drain()
    {
        _options.Drain = TimeSpan.FromMilliseconds(10);
        Assert.That(Raise(PosixSignal.SIGINT).Plan.Over, Is.EqualTo(_options.Drain));
    }

    [TestCase(PosixSignal.SIGTERM, PosixSignal.SIGTERM)]
    [TestCase(PosixSignal.SIGTERM, PosixSignal.SIGINT)]
    [TestCase(PosixSignal.SIGINT, PosixSignal.SIGTERM)]
    [TestCase(PosixSignal.SIGINT, PosixSignal.SIGINT)]
    public void A_second_signal_of_either_ends_at_once_with_0(PosixSignal first, PosixSignal second)
    {
        var (host, _, exits) = Raise(first, second);
        Assert.That(host.Stops, Is.EqualTo(1));
        Assert.That(exits, Is.EqualTo(new[] { 0 }));
    }

    [Test]
    public void The_host_waits_longer_than_the_drain_takes() =>
        Assert.That(new ShutdownPlan(_options).Timeout, Is.GreaterThan(_options.DrainDelay + _options.Drain));

    private (StoppedHost Host, ShutdownPlan Plan, List<int> Exits) Raise(params PosixSignal[] signals)
    {
        var host = new StoppedHost();
        var plan = new ShutdownPlan(_options);
        var exits = new List<int>();
        using var lifetime = new SignalLifetime(host, plan, exits.Add);
        foreach (var signal in signals)
            lifetime.OnSignal(signal);
        return (host, plan, exits);
    }

    private sealed class StoppedHost : IHostApplicationLifetime
    {
        public int Stops { get; private set; }

        public CancellationToken ApplicationStarted => default;

        public CancellationToken ApplicationStopping => default;

        public CancellationToken ApplicationStopped => default;

        public void StopApplication() => Stops++;
    }
}
