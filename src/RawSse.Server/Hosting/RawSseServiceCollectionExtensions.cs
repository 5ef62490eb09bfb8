using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using RawSse.Server.Hosting;

// The namespace where every AddX is looked for.
namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Runs RawSse inside an application's host.</summary>
public static class RawSseServiceCollectionExtensions
{
    /// <summary>
    /// Adds a server that starts and drains with the host; <see cref="RawSseAccessor"/> gives it to who publishes. Options
    /// that cannot be used fail the host's start with the line that says what is allowed. The drain ends early when the
    /// host's <see cref="HostOptions.ShutdownTimeout"/> (30 s) does.
    /// </summary>
    /// <param name="services">the application's services</param>
    /// <param name="configure">changes the defaults; may be called again by a later call</param>
    public static IServiceCollection AddRawSse(this IServiceCollection services, Action<RawSseOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<RawSseOptions>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<RawSseOptions>, ValidateRawSseOptions>());
        if (configure is not null)
            services.Configure(configure);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(_ => new RawSseAccessor());
        services.TryAddSingleton(provider => new ShutdownPlan(provider.GetRequiredService<IOptions<RawSseOptions>>().Value));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, RawSseService>());
        return services;
    }

    /// <summary>
    /// The same with the options of a configuration section: the keys and texts of <c>--config</c>, e.g.
    /// <c>"RawSse": { "MaxLag": "4MiB", "Listen": ["0.0.0.0:3000"] }</c>.
    /// </summary>
    /// <exception cref="ArgumentException">when the options are first read: an unknown key, or a value that cannot be used</exception>
    public static IServiceCollection AddRawSse(this IServiceCollection services, IConfiguration section)
    {
        ArgumentNullException.ThrowIfNull(section);
        return services.AddRawSse(options => OptionSection.Apply(section, options));
    }

    private sealed class ValidateRawSseOptions : IValidateOptions<RawSseOptions>
    {
        public ValidateOptionsResult Validate(string? name, RawSseOptions options) =>
            OptionsValidator.Validate(options) is { } line ? ValidateOptionsResult.Fail(line) : ValidateOptionsResult.Success;
    }
}
