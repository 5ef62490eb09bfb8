namespace RawSse.Server.Hosting;

/// <summary>An event was not published. The message says what to change.</summary>
public sealed class RawSsePublishException(int status, string error, string detail) : Exception(detail)
{
    /// <summary>The status that HTTP would have answered with, e.g. 400, 413, 422 or 503.</summary>
    public int Status { get; } = status;

    /// <summary>The machine-readable name of what is wrong, as in the JSON of an HTTP error.</summary>
    public string Error { get; } = error;
}
