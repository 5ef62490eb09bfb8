using System.Collections.Concurrent;

namespace RawSse.Bench.Kestrel;

/// <summary>Streams whose events are encoded once for all and written by each subscriber's own request (<see cref="QueuedChannel"/>).</summary>
internal static class QueuedEndpoints
{
    public static void Map(WebApplication application)
    {
        var channels = new ConcurrentDictionary<string, QueuedChannel>();
        QueuedChannel Find(HttpContext context) => channels.GetOrAdd(Publishing.Channel(context), _ => new QueuedChannel());

        application.MapGet("/events/{channel}", (RequestDelegate)(context => Find(context).ServeAsync(context, Publishing.LastEventId(context))));
        application.MapPost("/events/{channel}", (RequestDelegate)(context => Publishing.AnswerAsync(context, Find(context).Publish)));
    }
}
