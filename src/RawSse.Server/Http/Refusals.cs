using RawSse.Server.Shards;

namespace RawSse.Server.Http;

/// <summary>Status and words of refusals that time will mend.</summary>
internal static class Refusals
{
    public static (int Status, string Error, string Detail) Describe(RefusalReason reason) => reason switch
    {
        RefusalReason.Full => (503, "full", "this node has all the connections it may have; come again, maybe to another node"),
        RefusalReason.Address => (429, "too_many_connections", "too many connections from your address; close some first"),
        RefusalReason.Draining => (503, "draining", "this node is going away; come again, and another will answer"),
        RefusalReason.Store => (503, "store_away", "the store cannot be reached now; come again"),
        RefusalReason.Memory => (503, "out_of_memory", "memory is used up and no history is left to drop; publish less, or raise --memory"),
        RefusalReason.Busy => (503, "busy", "too many publishes are in flight; wait for answers before you send more"),
        RefusalReason.Unconfirmed => (503, "unconfirmed", "the store did not confirm the event, which may or may not be stored; repeat it with the same Idempotency-Key"),
        _ => throw new ArgumentOutOfRangeException(nameof(reason)),
    };
}
