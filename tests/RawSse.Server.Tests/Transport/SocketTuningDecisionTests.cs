using System.Net;
using RawSse.Server.Transport;

namespace RawSse.Server.Tests.Transport;

/// <summary>Which endpoints take both families.</summary>
internal sealed class SocketTuningDecisionTests
{
    [TestCase("[::]:3000", true, "[::]:3000")]
    [TestCase("[::]:3000", true, "[::]:3000", "127.0.0.1:3001")]
    [TestCase("[::]:3000", false, "[::]:3000", "0.0.0.0:3000")]
    [TestCase("[::]:3000", false, "127.0.0.1:3000", "[::]:3000")]
    [TestCase("[::]:0", true, "[::]:0", "0.0.0.0:0")]
    [TestCase("[::1]:3000", false, "[::1]:3000")]
    [TestCase("0.0.0.0:3000", false, "0.0.0.0:3000")]
    public void Any_IPv6_takes_IPv4_too_unless_the_port_is_named_for_IPv4(string endpoint, bool dualStack, params string[] all)
    {
        var endpoints = all.Select(IPEndPoint.Parse).ToList();
        Assert.That(SocketTuning.IsDualStack(IPEndPoint.Parse(endpoint), endpoints), Is.EqualTo(dualStack));
    }

    [Test]
    public void Probes_end_a_dead_connection_when_the_user_timeout_does()
    {
        int probesMs = 1000 * (SocketTuning.KeepIdleSeconds + (SocketTuning.KeepCount * SocketTuning.KeepIntervalSeconds));
        Assert.That(probesMs, Is.EqualTo(SocketTuning.UserTimeoutMs));
    }
}
