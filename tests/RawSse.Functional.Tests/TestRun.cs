using RawSse.Functional.Tests.Support;

namespace RawSse.Functional.Tests;

/// <summary>What is to be done once all tests of this assembly have run: a fixture covers its own namespace and those below.</summary>
[SetUpFixture]
public sealed class TestRun
{
    [OneTimeTearDown]
    public void StopRedis() => SharedRedis.Stop();
}
