using System.Net;

namespace RawSse.Functional.Tests.Support;

/// <summary>A publisher with a keep-alive connection of its own.</summary>
internal sealed class Publisher : IDisposable
{
    private readonly RawClient _client;

    private Publisher(RawClient client) => _client = client;

    public static async Task<Publisher> ConnectAsync(IPEndPoint server) => new(await RawClient.ConnectAsync(server));

    public Task<HttpReply> PostAsync(string target, string data, params string[] headers) =>
        _client.AskAsync(Request.Post(target, data, headers));

    /// <summary>Publishes what must be confirmed and returns the id.</summary>
    public async Task<string> PublishAsync(string channel, string data, string? type = null)
    {
        string query = type is null ? "" : $"?type={Uri.EscapeDataString(type)}";
        return (await PostAsync($"/events/{Uri.EscapeDataString(channel)}{query}", data)).PublishedId();
    }

    public void Dispose() => _client.Dispose();
}
