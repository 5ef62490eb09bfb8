namespace RawSse.Protocol.Json;

/// <summary>The sentence for a publisher whose line was not taken.</summary>
public static class PublishLineStatusText
{
    /// <summary>Says what to change; empty for lines that need no change.</summary>
    public static string Detail(PublishLineStatus status) => status switch
    {
        PublishLineStatus.NotJson =>
            "The line is not JSON; write one object a line: {\"channel\":\"news\",\"type\":\"update\",\"data\":\"hello\"}.",
        PublishLineStatus.NotAnObject => "The line is not a JSON object; write {\"channel\":\"news\",\"data\":\"hello\"}.",
        PublishLineStatus.MissingChannel => "Add the field \"channel\", a string: the channel's name.",
        PublishLineStatus.MissingData => "Add the field \"data\": a string, or any JSON value, which is sent as its text.",
        PublishLineStatus.ChannelNotString => "Make the field \"channel\" a string.",
        PublishLineStatus.TypeNotString => "Make the field \"type\" a string or null, or leave it out.",
        PublishLineStatus.DuplicateField => "Write each field once.",
        PublishLineStatus.UnknownField => "Use only the fields \"channel\", \"type\" and \"data\" (names in lower case).",
        PublishLineStatus.NotUtf8 => "Encode the line as UTF-8.",
        PublishLineStatus.LoneSurrogate =>
            "A \\u escape is half of a surrogate pair; write both halves, or the character itself.",
        _ => "",
    };
}
