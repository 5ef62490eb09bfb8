using System.Text;
using RawSse.Server.Stores.Redis;

namespace RawSse.Server.Tests.Stores.Redis;

/// <summary>Errors of Redis, of version 6.2 and of 7, mean what they should.</summary>
internal sealed class StoreErrorTests
{
    [TestCase("NOSCRIPT No matching script. Please use EVAL.", RedisErrorKind.NoScript)]
    [TestCase("MOVED 3999 127.0.0.1:6381", RedisErrorKind.Moved)]
    [TestCase("ASK 3999 127.0.0.1:6381", RedisErrorKind.Ask)]
    [TestCase("TRYAGAIN Multiple keys request during rehashing of slot", RedisErrorKind.TryAgain)]
    [TestCase("CLUSTERDOWN Hash slot not served", RedisErrorKind.Away)]
    [TestCase("LOADING Redis is loading the dataset in memory", RedisErrorKind.Away)]
    [TestCase("BUSY Redis is busy running a script.", RedisErrorKind.Away)]
    [TestCase("MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk.", RedisErrorKind.Away)]
    [TestCase("NOREPLICAS Not enough good replicas to write.", RedisErrorKind.Away)]
    [TestCase("READONLY You can't write against a read only replica. script: c0ffee, on @user_script:23.", RedisErrorKind.NotMaster)]
    [TestCase("MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.", RedisErrorKind.NotMaster)]
    [TestCase("OOM command not allowed when used memory > 'maxmemory'. script: c0ffee, on @user_script:23.", RedisErrorKind.OutOfMemory)]
    [TestCase("WRONGTYPE Operation against a key holding the wrong kind of value", RedisErrorKind.WrongType)]
    [TestCase("KEYREUSED the idempotency key was used for other data", RedisErrorKind.KeyReused)]
    [TestCase("ERR Error running script (call to f_c0ffee): @user_script:23: @user_script: 23: -OOM command not allowed when used memory > 'maxmemory'.", RedisErrorKind.OutOfMemory)]
    [TestCase("ERR Error running script (call to f_c0ffee): @user_script:23: @user_script: 23: -READONLY You can't write against a read only replica.", RedisErrorKind.NotMaster)]
    [TestCase("ERR Error running script (call to f_c0ffee): @user_script:22: WRONGTYPE Operation against a key holding the wrong kind of value", RedisErrorKind.WrongType)]
    [TestCase("NOPERM this user has no permissions to run the 'publish' command", RedisErrorKind.Other)]
    [TestCase("ERR unknown command", RedisErrorKind.Other)]
    [TestCase("", RedisErrorKind.Other)]
    public void An_error_is_told_by_its_code(string text, object kind) =>
        Assert.That(RedisError.Classify(Encoding.UTF8.GetBytes(text)), Is.EqualTo(kind));

    [TestCase("MOVED 3999 127.0.0.1:6381", 3999, "127.0.0.1:6381")]
    [TestCase("ASK 0 redis-2.internal:7000", 0, "redis-2.internal:7000")]
    [TestCase("MOVED 16383 :6381", 16383, "asked:6381")]
    [TestCase("MOVED 5 ::1:6381", 5, "[::1]:6381")]
    public void A_target_is_read_from_the_error(string text, int slot, string target)
    {
        bool isRead = RedisError.TryReadTarget(Encoding.UTF8.GetBytes(text), new RedisEndpoint("asked", 1), out int found, out RedisEndpoint? endpoint);
        Assert.That((isRead, found, endpoint.ToString()), Is.EqualTo((true, slot, target)));
    }

    [TestCase("MOVED")]
    [TestCase("MOVED x 127.0.0.1:6381")]
    [TestCase("MOVED 16384 127.0.0.1:6381")]
    [TestCase("MOVED 5 127.0.0.1")]
    [TestCase("MOVED 5 127.0.0.1:x")]
    public void What_is_no_target_is_none(string text) =>
        Assert.That(RedisError.TryReadTarget(Encoding.UTF8.GetBytes(text), new RedisEndpoint("asked", 1), out _, out _), Is.False);
}
