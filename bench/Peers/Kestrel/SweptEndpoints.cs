using System.Collections.Concurrent;

namespace RawSse.Bench.Kestrel;

/// <summary>Streams whose events are encoded once for all (<see cref="SweptChannel"/>).</summary>
internal static class SweptEndpoints
{
    public static void Map(WebApplication application)
    {
        var channels = new ConcurrentDictionary<string, SweptChannel>();
        SweptChannel Find(HttpContext context) => channels.GetOrAdd(Publishing.Channel(context), _ => new SweptChannel());

        application.MapGet("/events/{channel}", (RequestDelegate)(context => Find(context).ServeAsync(context, Publishing.LastEventId(context))));
        application.MapPost("/events/{channel}", (RequestDelegate)(context => Publishing.AnswerAsync(context, Find(context).Publish)));
    }
}
