namespace RawSse.Samples.Publishers.DotNet;

/// <summary>What the command line asks for.</summary>
internal readonly record struct Arguments(string Redis, bool IsPlain, string Channel, string Type, string Data)
{
    public static bool TryRead(string[] args, out Arguments arguments)
    {
        string redis = Environment.GetEnvironmentVariable("REDIS_URL") ?? "redis://127.0.0.1:6379";
        bool isPlain = false;
        var rest = args.AsSpan();
        while (rest is [['-', '-', ..], ..])
        {
            if (rest is ["--redis", var url, ..])
            {
                redis = url;
                rest = rest[2..];
            }
            else if (rest[0] == "--plain")
            {
                isPlain = true;
                rest = rest[1..];
            }
            else
                break;
        }
        arguments = rest is [var channel, var type, var data] ? new(redis, isPlain, channel, type, data) : default;
        return arguments.Channel is not null;
    }
}
