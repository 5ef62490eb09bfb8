namespace RawSse.Protocol.Json;

/// <summary>What a line of a bulk publish turned out to be; <see cref="PublishLineStatusText"/> says what to change.</summary>
public enum PublishLineStatus : byte
{
    /// <summary>A publish.</summary>
    Ok,
    /// <summary>Nothing but whitespace: to be skipped.</summary>
    Blank,
    /// <summary>Not one JSON value, or nested too deep.</summary>
    NotJson,
    /// <summary>JSON, but not an object.</summary>
    NotAnObject,
    MissingChannel,
    MissingData,
    ChannelNotString,
    /// <summary><c>type</c> is neither a string nor null.</summary>
    TypeNotString,
    /// <summary>A field is there twice.</summary>
    DuplicateField,
    /// <summary>A field other than <c>channel</c>, <c>type</c> and <c>data</c>: most likely a misspelt one.</summary>
    UnknownField,
    /// <summary>The line's bytes are not UTF-8.</summary>
    NotUtf8,
    /// <summary>A string escapes half of a surrogate pair, which has no UTF-8.</summary>
    LoneSurrogate,
}
