using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Filters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using BenchmarkDotNet.Validators;
using Perfolizer.Horology;

namespace RawSse.Bench.Micro;

/// <summary>How BenchmarkDotNet is to measure: in this process, so that nothing is built or restored, and it works offline.</summary>
internal static class MicroConfig
{
    private const int WarmupCount = 4;
    private const int IterationCount = 9;
    private const int IterationMs = 100;

    /// <param name="options">what was asked for</param>
    /// <param name="log">what BenchmarkDotNet says</param>
    /// <param name="folder">where it may leave files</param>
    public static IConfig For(MicroOptions options, ILogger log, string folder) => ManualConfig.CreateEmpty()
        .AddJob(JobFor(options).WithToolchain(InProcessEmitToolchain.Instance))
        .AddDiagnoser(MemoryDiagnoser.Default)
        .AddValidator(JitOptimizationsValidator.FailOnError)
        .AddColumnProvider(DefaultColumnProviders.Instance)
        .AddFilter(new SimpleFilter(benchmark => MicroLine.Matches(benchmark, options.Filter)))
        .AddEventProcessor(new MicroProgress())
        .AddLogger(log)
        .WithArtifactsPath(folder)
        .WithOptions(ConfigOptions.DisableLogFile);

    private static Job JobFor(MicroOptions options) => options.IsLong
        ? Job.Default
        : Job.Default.WithWarmupCount(WarmupCount).WithIterationCount(IterationCount)
            .WithIterationTime(TimeInterval.FromMilliseconds(IterationMs)).WithMaxRelativeError(0.1);
}
