using RawSse.Redis.Tests.Support;

namespace RawSse.Redis.Tests.Samples;

/// <summary>Runs one of the publishers of samples/ as its README says.</summary>
public sealed class SamplePublisher
{
    private readonly string _name;
    private readonly string _command;
    private readonly string _program;

    private SamplePublisher(string name, string command, string program) => (_name, _command, _program) = (name, command, program);

    /// <summary>Each of them. Node's wants its packages: ./test.sh gets them.</summary>
    public static SamplePublisher[] All { get; } =
    [
        new("redis-cli", "sh", Path.Combine(Repository.Root, "samples", "publisher-redis-cli", "publisher.sh")),
        new("node", "node", Path.Combine(Repository.Root, "samples", "publisher-node", "publisher.mjs")),
        new("dotnet", "dotnet", Path.Combine(AppContext.BaseDirectory, "RawSse.Samples.Publishers.DotNet.dll")),
    ];

    /// <summary>The script that all of them share with the nodes.</summary>
    public static string Script { get; } = Path.Combine(Repository.Root, "src", "RawSse.Server", "Stores", "Redis", "publish.lua");

    /// <summary>Publishes, which must succeed, and returns the id that it prints.</summary>
    public async Task<string> PublishAsync(string redis, bool isPlain, string channel, string type, string data)
    {
        var (exitCode, output) = await RunAsync(["--redis", redis, .. isPlain ? ["--plain"] : (string[])[], channel, type, data]);
        Assert.That(exitCode, Is.Zero, string.Join('\n', output));
        Assert.That(output, Has.Length.EqualTo(1));
        Assert.That(output[0], Does.Match(@"^[0-9]{13}-[0-9]+$"));
        return output[0];
    }

    /// <returns>the exit code, and the lines of standard output and standard error</returns>
    internal async Task<(int ExitCode, string[] Output)> RunAsync(params string[] arguments)
    {
        await using ChildProcess process = ChildProcess.Start(_command, [_program, .. arguments], ("REDIS_URL", null));
        int exitCode = await process.ExitAsync();
        return (exitCode, process.Output);
    }

    public override string ToString() => _name;
}
