using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using RawSse.Bench.Kestrel;

if (args is not [var port, "encoded" or "typed"])
{
    Console.Error.WriteLine("usage: RawSse.Bench.Kestrel PORT encoded|typed");
    return 2;
}

WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
// A log line for each request would be work that the others do not do.
builder.Logging.ClearProviders();
// A flush then sends on the thread that flushes and does not wake another one for each subscriber. Nothing here blocks, as it asks for.
if (args[1] == "encoded") builder.WebHost.UseSockets(options => options.UnsafePreferInlineScheduling = true);
builder.WebHost.ConfigureKestrel(options =>
{
    options.AddServerHeader = false;
    options.Listen(IPAddress.Loopback, int.Parse(port, CultureInfo.InvariantCulture), listen => listen.Protocols = HttpProtocols.Http1);
});
WebApplication application = builder.Build();
application.MapGet("/ready", () => Results.Ok());
if (args[1] == "encoded") EncodedEndpoints.Map(application);
else TypedEndpoints.Map(application);
application.Run();
return 0;
