using System.Collections.Concurrent;

namespace RawSse.Bench.Kestrel;

/// <summary>Streams whose events are encoded once for all (<see cref="EncodedChannel"/>).</summary>
internal static class EncodedEndpoints
{
    public static void Map(WebApplication application)
    {
        var channels = new ConcurrentDictionary<string, EncodedChannel>();
        EncodedChannel Find(HttpContext context) => channels.GetOrAdd(Publishing.Channel(context), _ => new EncodedChannel());

        application.MapGet("/events/{channel}", (RequestDelegate)(context => Find(context).ServeAsync(context, Publishing.LastEventId(context))));
        application.MapPost("/events/{channel}", (RequestDelegate)(context => Publishing.AnswerAsync(context, Find(context).Publish)));
    }
}
