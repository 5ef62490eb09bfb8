using RawSse.Server.Stores.Redis;

namespace RawSse.Server.Tests.Stores.Redis;

public sealed class RedisBackoffTests
{
    private const int Samples = 200;

    [Test]
    public void Waiting_grows_to_its_bound_and_is_random_all_the_way()
    {
        for (int attempt = 0; attempt < 10; attempt++)
        {
            double bound = Math.Min(RedisBackoff.LastMs, RedisBackoff.FirstMs * Math.Pow(2, attempt));
            double[] waits = [.. Enumerable.Range(0, Samples).Select(_ => WaitAfter(new RedisBackoff(), attempt))];
            Assert.That(waits, Is.All.InRange(0, bound));
            // One in 2^200 that a sound one fails.
            Assert.That(waits.Max(), Is.GreaterThan(bound / 2), $"attempt {attempt}");
            Assert.That(waits.Min(), Is.LessThan(bound / 2), $"attempt {attempt}");
        }
    }

    [Test]
    public void After_a_success_the_next_attempt_is_made_at_once_and_the_one_after_soon()
    {
        var backoff = new RedisBackoff();
        WaitAfter(backoff, 8);
        backoff.Reset();
        Assert.That(backoff.Next(), Is.EqualTo(TimeSpan.Zero));
        Assert.That(backoff.Next().TotalMilliseconds, Is.LessThanOrEqualTo(RedisBackoff.FirstMs));
    }

    [Test]
    public void After_a_refusal_there_is_no_hurry()
    {
        double[] waits = [.. Enumerable.Range(0, Samples).Select(_ =>
        {
            var backoff = new RedisBackoff();
            backoff.Refused();
            return backoff.Next().TotalMilliseconds;
        })];
        Assert.That(waits.Max(), Is.InRange(RedisBackoff.LastMs / 2, RedisBackoff.LastMs));
    }

    private static double WaitAfter(RedisBackoff backoff, int attempts)
    {
        for (int i = 0; i < attempts; i++)
            backoff.Next();
        return backoff.Next().TotalMilliseconds;
    }
}
