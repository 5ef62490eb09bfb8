namespace RawSse.Server.Channels;

/// <summary>
/// Something to do on another thread's turn, linked into its <see cref="Mailbox"/> without a node of its own. An item is
/// in at most one mailbox at a time.
/// </summary>
internal abstract class WorkItem
{
    internal WorkItem? NextInMailbox { get; set; }

    /// <summary>Runs on the mailbox owner's thread.</summary>
    public abstract void Run();
}

/// <summary>A work item of a few words, for what happens rarely.</summary>
internal sealed class ActionItem(Action action) : WorkItem
{
    public override void Run() => action();
}
