using System.Globalization;

namespace RawSse.Redis.Tests.Support;

/// <summary>Seeds of random tests: printed, and replayed with the environment variable RAWSSE_TEST_SEED.</summary>
internal static class Seed
{
    public static int Take()
    {
        int seed = Environment.GetEnvironmentVariable("RAWSSE_TEST_SEED") is { Length: > 0 } given
            ? int.Parse(given, CultureInfo.InvariantCulture)
            : Random.Shared.Next();
        TestContext.Out.WriteLine($"replay: RAWSSE_TEST_SEED={seed} dotnet test tests/RawSse.Redis.Tests --filter "
            + $"\"FullyQualifiedName~{TestContext.CurrentContext.Test.MethodName}\"");
        return seed;
    }
}
