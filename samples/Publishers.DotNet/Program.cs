using RawSse.Samples.Publishers.DotNet;
using StackExchange.Redis;

// Publishes one event through Redis, with StackExchange.Redis and without RawSse:
// dotnet run --project samples/Publishers.DotNet -- [--redis URL] [--plain] CHANNEL TYPE DATA
if (!Arguments.TryRead(args, out Arguments arguments))
{
    await Console.Error.WriteLineAsync("usage: publisher [--redis URL] [--plain] CHANNEL TYPE DATA (TYPE '' for none)");
    return 2;
}

try
{
    using ConnectionMultiplexer redis = await ConnectionMultiplexer.ConnectAsync(RedisAddress.Read(arguments.Redis));
    var publisher = new EventPublisher(redis.GetDatabase());
    string id = arguments.IsPlain
        ? await publisher.PublishPlainAsync(arguments.Channel, arguments.Type, arguments.Data)
        : await publisher.PublishAsync(arguments.Channel, arguments.Type, arguments.Data);
    Console.WriteLine(id);
    return 0;
}
catch (Exception e) when (e is RedisException or TimeoutException or FormatException)
{
    await Console.Error.WriteLineAsync($"publisher: {e.Message}");
    return 1;
}
