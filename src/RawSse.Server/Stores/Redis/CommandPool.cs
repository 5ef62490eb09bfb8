namespace RawSse.Server.Stores.Redis;

/// <summary>Commands of one kind that wait to be used again. One thread.</summary>
internal sealed class CommandPool<TCommand>(Func<TCommand> create, int keptMax = 1024)
    where TCommand : RedisCommand
{
    private readonly Stack<TCommand> _commands = new();

    public TCommand Rent() => _commands.TryPop(out TCommand? command) ? command : create();

    public void Return(TCommand command)
    {
        command.Request.Release();
        if (_commands.Count < keptMax)
            _commands.Push(command);
    }
}
