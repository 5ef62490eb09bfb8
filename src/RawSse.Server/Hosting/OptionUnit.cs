namespace RawSse.Server.Hosting;

/// <summary>What an option's value is measured in, and so how it is written.</summary>
internal enum OptionUnit
{
    /// <summary><c>HOST:PORT</c>.</summary>
    Endpoint,
    /// <summary>A URL of Redis.</summary>
    Url,
    /// <summary><c>pattern:GLOB</c>.</summary>
    Pattern,
    /// <summary>As it stands.</summary>
    Text,
    /// <summary>One of a few words.</summary>
    Choice,
    /// <summary><c>on</c> or <c>off</c>; the flag alone means <c>on</c>.</summary>
    Switch,
    /// <summary>A whole number.</summary>
    Count,
    /// <summary>Bytes: <c>4096</c>, <c>256KiB</c>, <c>16MiB</c>, <c>2GiB</c>.</summary>
    Size,
    /// <summary><c>500ms</c>, <c>15s</c>, <c>2m</c>, <c>24h</c>.</summary>
    Duration,
}
