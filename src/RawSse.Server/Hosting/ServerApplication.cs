using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using RawSse.Server.Transport;

namespace RawSse.Server.Hosting;

/// <summary>The process: what it prints, how it ends. Everything it can do beside that, the library can.</summary>
internal static class ServerApplication
{
    /// <summary>It stopped because it was asked to, or printed what it was asked for.</summary>
    public const int Done = 0;

    /// <summary>What it was given cannot be used; one line on the error stream says why.</summary>
    public const int Misused = 2;

    /// <returns>the exit code</returns>
    public static async Task<int> RunAsync(
        IReadOnlyList<string> args, IReadOnlyDictionary<string, string> environment, TextWriter output, TextWriter error)
    {
        try
        {
            var (verb, options) = OptionsLoader.Load(args, environment);
            if (verb == CommandVerb.Serve)
                await ServeAsync(options, output).ConfigureAwait(false);
            else
                await output.WriteAsync(Text(verb, options)).ConfigureAwait(false);
            return Done;
        }
        catch (OptionException e)
        {
            await error.WriteLineAsync($"rawsse: {e.Message}").ConfigureAwait(false);
            return Misused;
        }
    }

    private static string Text(CommandVerb verb, RawSseOptions options) => verb switch
    {
        CommandVerb.Help => HelpText.Write(),
        CommandVerb.Version => $"RawSse {Version}\n",
        _ => ConfigPrinter.Print(options),
    };

    private static string Version =>
        typeof(ServerApplication).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    /// <exception cref="OptionException">an endpoint is not to be had</exception>
    private static async Task ServeAsync(RawSseOptions options, TextWriter output)
    {
        using var host = BuildHost(options);
        try
        {
            await host.StartAsync().ConfigureAwait(false);
        }
        catch (TransportBindException e)
        {
            throw NotBound(options, e);
        }
        catch (OperationCanceledException)
        {
            // A signal came before the server was up.
            return;
        }
        var server = host.Services.GetRequiredService<RawSseAccessor>().Server;
        await output.WriteAsync(StartBanner.Write(options, server.Endpoints, server.AdminEndpoint)).ConfigureAwait(false);
        await host.WaitForShutdownAsync().ConfigureAwait(false);
    }

    // Empty: the options have been read already, and the host's own layers (appsettings.json, DOTNET_*) would be a second truth.
    private static IHost BuildHost(RawSseOptions options)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ApplicationName = "RawSse" });
        // The host logs what it throws, too; who cannot start shall read one line and not a stack.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None).AddFilter("Microsoft", LogLevel.Warning);
        builder.Logging.SetMinimumLevel(LogLevel.Information).AddSimpleConsole(format =>
        {
            format.SingleLine = true;
            format.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
            format.UseUtcTimestamp = true;
        });
        builder.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Services.AddRawSse();
        builder.Services.AddSingleton(Options.Create(options));
        builder.Services.AddSingleton<IHostLifetime>(provider => new SignalLifetime(
            provider.GetRequiredService<IHostApplicationLifetime>(), provider.GetRequiredService<ShutdownPlan>(), Environment.Exit));
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = new ShutdownPlan(options).Timeout);
        return builder.Build();
    }

    internal static OptionException NotBound(RawSseOptions options, TransportBindException e)
    {
        bool isAdmin = options.AdminListen is { } admin && EndpointParser.TryParse(admin, out var endpoint) && endpoint.Equals(e.Endpoint);
        return new OptionException(OptionException.NotAllowed(
            isAdmin ? "--admin-listen" : "--listen", e.Endpoint.ToString(), "addresses of this machine with a free port", e.Reason));
    }
}
