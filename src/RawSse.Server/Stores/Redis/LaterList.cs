namespace RawSse.Server.Stores.Redis;

/// <summary>What Redis would not do when it was asked, and is asked for again at the next tick. The shard's thread.</summary>
internal sealed class LaterList(RedisStore store)
{
    private List<ChannelCommand> _commands = [];
    private List<RedisSubscription> _subscribes = [];
    private List<RedisSubscription> _locates = [];

    // Taken from while the first are filled.
    private List<ChannelCommand> _dueCommands = [];
    private List<RedisSubscription> _dueSubscribes = [];
    private List<RedisSubscription> _dueLocates = [];

    public void Add(ChannelCommand command) => _commands.Add(command);

    public void AddSubscribe(RedisSubscription subscription) => _subscribes.Add(subscription);

    public void AddLocate(RedisSubscription subscription) => _locates.Add(subscription);

    public void Tick()
    {
        (_commands, _dueCommands) = (_dueCommands, _commands);
        foreach (ChannelCommand command in _dueCommands)
        {
            if (!store.TrySend(command))
                command.OnLost();
        }
        _dueCommands.Clear();
        (_subscribes, _dueSubscribes) = (_dueSubscribes, _subscribes);
        foreach (RedisSubscription subscription in _dueSubscribes)
        {
            if (subscription.IsGone || subscription.State != SubscriptionState.Waiting)
                continue;
            if (subscription.Server is { } server)
                server.Channels.AskAgain(subscription);
            else
                store.Place(subscription);
        }
        _dueSubscribes.Clear();
        (_locates, _dueLocates) = (_dueLocates, _locates);
        foreach (RedisSubscription subscription in _dueLocates)
        {
            if (!subscription.IsGone)
                store.Openings.Begin(subscription);
        }
        _dueLocates.Clear();
    }
}
