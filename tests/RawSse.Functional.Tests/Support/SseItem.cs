namespace RawSse.Functional.Tests.Support;

internal enum SseItemKind
{
    Comment,
    Retry,
    /// <summary>A block with an id and no data: a browser fires nothing but remembers it.</summary>
    Position,
    Event,
}

/// <summary>What a stream said, in its order. <see cref="Text"/> is the comment, the retry value or the event's data.</summary>
internal readonly record struct SseItem(SseItemKind Kind, string Id, string? Type, string Text);
