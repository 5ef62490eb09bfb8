using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using RawSse.Bench.Kestrel;

if (args is not [var port, "queued" or "swept" or "typed"])
{
    Console.Error.WriteLine("usage: RawSse.Bench.Kestrel PORT queued|swept|typed");
    return 2;
}

WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
// A log line for each request would be work that the others do not do.
builder.Logging.ClearProviders();
// A flush then sends on the thread that flushes and does not wake another one for each subscriber. Nothing here blocks, as it asks for.
if (args[1] == "swept") builder.WebHost.UseSockets(options => options.UnsafePreferInlineScheduling = true);
builder.WebHost.ConfigureKestrel(options =>
{
    options.AddServerHeader = false;
    options.Listen(IPAddress.Loopback, int.Parse(port, CultureInfo.InvariantCulture), listen => listen.Protocols = HttpProtocols.Http1);
});
WebApplication application = builder.Build();
application.MapGet("/ready", () => Results.Ok());
switch (args[1])
{
    case "queued":
        QueuedEndpoints.Map(application);
        break;
    case "swept":
        SweptEndpoints.Map(application);
        break;
    default:
        TypedEndpoints.Map(application);
        break;
}
application.Run();
return 0;
