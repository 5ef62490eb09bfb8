using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using RawSse.Samples.GenericHost;

// RawSse in a generic host: it starts, logs and drains with it. Its options are the section "RawSse" of the
// configuration, with the names and texts of the command line, e.g. --RawSse:Listen:0=127.0.0.1:3001 --RawSse:Drain=1s
HostApplicationBuilder builder = Host.CreateApplicationBuilder(args);
builder.Services.AddRawSse(builder.Configuration.GetSection("RawSse"));

// After AddRawSse: hosted services start in this order and stop in the opposite one, so the server outlives who publishes.
builder.Services.AddHostedService<Ticker>();

using IHost host = builder.Build();
await host.RunAsync();
