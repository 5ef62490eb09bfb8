using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;

namespace RawSse.Bench.Kestrel;

/// <summary>Streams as the documentation of ASP.NET Core shows them: TypedResults.ServerSentEvents over a channel for each subscriber.</summary>
internal static class TypedEndpoints
{
    public static void Map(WebApplication application)
    {
        var channels = new ConcurrentDictionary<string, TypedChannel>();
        TypedChannel Find(string channel) => channels.GetOrAdd(channel, _ => new TypedChannel());

        application.MapGet("/events/{channel}", ServerSentEventsResult<string> (string channel, HttpContext context) =>
            TypedResults.ServerSentEvents(Find(channel).SubscribeAsync(context, Publishing.LastEventId(context), context.RequestAborted)));
        application.MapPost("/events/{channel}", (RequestDelegate)(context => Publishing.AnswerAsync(
            context, (type, data) => Find(Publishing.Channel(context)).Publish(type, Encoding.UTF8.GetString(data)))));
    }
}
