namespace RawSse.Protocol.Http;

/// <summary>The methods this server knows (RFC 9110 §9); they are case-sensitive.</summary>
public enum HttpVerb : byte
{
    /// <summary>GET.</summary>
    Get,
    /// <summary>HEAD.</summary>
    Head,
    /// <summary>POST.</summary>
    Post,
    /// <summary>OPTIONS.</summary>
    Options,
    /// <summary>Any other valid token: to be answered with 405 or 501.</summary>
    Other,
}
