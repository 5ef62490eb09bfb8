using System.Globalization;
using System.Runtime.InteropServices;
using RawSse.Bench.Peers;
using RawSse.Bench.Scenarios;

namespace RawSse.Bench.Report;

/// <summary>Where and on what a run was made.</summary>
internal sealed record Machine
{
    private static readonly string[] s_settings =
        ["core/somaxconn", "core/wmem_default", "ipv4/tcp_wmem", "ipv4/tcp_rmem", "ipv4/tcp_mem", "ipv4/ip_local_port_range"];

    public required string Commit { get; init; }
    public required DateTimeOffset Started { get; init; }
    public required string Host { get; init; }
    public required string Kernel { get; init; }
    public required string Processor { get; init; }
    public required int Processors { get; init; }
    public required string Memory { get; init; }
    public required string Runtime { get; init; }
    public required string OpenFiles { get; init; }
    public required string ClockSource { get; init; }
    public required int ServerCpu { get; init; }
    public required int ClientCpu { get; init; }

    /// <summary>Kernel settings that change socket costs.</summary>
    public required IReadOnlyDictionary<string, string> Settings { get; init; }

    /// <summary>DOTNET_ variables that change the runtime.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    public static Machine Describe(BenchContext context) => new()
    {
        Commit = Repository.Commit(),
        Started = TimeProvider.System.GetUtcNow(),
        Host = System.Environment.MachineName,
        Kernel = Read("/proc/version"),
        Processor = Field("/proc/cpuinfo", "model name"),
        Processors = System.Environment.ProcessorCount,
        Memory = Field("/proc/meminfo", "MemTotal"),
        Runtime = RuntimeInformation.FrameworkDescription,
        OpenFiles = Field("/proc/self/limits", "Max open files"),
        ClockSource = Read("/sys/devices/system/clocksource/clocksource0/current_clocksource"),
        ServerCpu = context.ServerCpu,
        ClientCpu = context.ClientCpu,
        Settings = s_settings.ToDictionary(name => name, name => Read($"/proc/sys/net/{name}")),
        Environment = System.Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>()
            .Where(entry => entry.Key is string name && name.StartsWith("DOTNET_", StringComparison.Ordinal))
            .ToDictionary(entry => (string)entry.Key, entry => Convert.ToString(entry.Value, CultureInfo.InvariantCulture) ?? ""),
    };

    private static string Read(string file) => File.Exists(file) ? File.ReadAllText(file).Trim().Replace('\t', ' ') : "";

    private static string Field(string file, string name)
    {
        if (!File.Exists(file)) return "";
        string? line = File.ReadLines(file).FirstOrDefault(l => l.StartsWith(name, StringComparison.Ordinal));
        string[] words = line?[name.Length..].TrimStart('\t', ' ', ':').Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
        return string.Join(' ', words);
    }
}
