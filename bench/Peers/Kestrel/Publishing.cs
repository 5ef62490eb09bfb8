using System.Buffers;
using System.IO.Pipelines;

namespace RawSse.Bench.Kestrel;

/// <summary>What both ways of serving do with the requests alike.</summary>
internal static class Publishing
{
    public static string Channel(HttpContext context) => (string)context.Request.RouteValues["channel"]!;

    /// <summary>The id that a client comes back with; null: none.</summary>
    public static long? LastEventId(HttpContext context) =>
        long.TryParse((string?)context.Request.Headers["Last-Event-ID"], out long id) ? id : null;

    public static string? Type(HttpContext context) => context.Request.Query["type"];

    /// <summary>Reads the body, publishes it and answers with the event's id; without an id the body was none that can be published.</summary>
    public static async Task AnswerAsync(HttpContext context, Func<string?, ReadOnlySequence<byte>, long> publish)
    {
        PipeReader reader = context.Request.BodyReader;
        ReadResult read = await reader.ReadAsync();
        while (!read.IsCompleted)
        {
            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            read = await reader.ReadAsync();
        }
        long id = publish(Type(context), read.Buffer);
        reader.AdvanceTo(read.Buffer.End);
        if (id == 0)
        {
            context.Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
            return;
        }
        byte[] answer = EventFrame.Answer(id);
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = answer.Length;
        await context.Response.BodyWriter.WriteAsync(answer);
    }
}
