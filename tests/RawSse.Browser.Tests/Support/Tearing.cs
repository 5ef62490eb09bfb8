namespace RawSse.Browser.Tests.Support;

/// <summary>How a <see cref="ChaosProxy"/> passes on what the server sends.</summary>
internal enum Tearing
{
    /// <summary>As it came.</summary>
    None,

    /// <summary>Byte by byte, and after <see cref="ChaosProxy.SingleBytes"/> in small pieces of random length.</summary>
    Torn,
}
