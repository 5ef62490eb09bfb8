using System.Globalization;
using System.Net;

namespace RawSse.Bench.Peers;

/// <summary>
/// The application behind Pushpin: tells it to hold a stream and which channel it belongs to (GRIP's fields), and has no more to do with it.
/// </summary>
internal static class PushpinOrigin
{
    private const string Events = "/events/";

    /// <summary>Serves 127.0.0.1:port until the process is ended.</summary>
    public static int Run(int port)
    {
        using var listener = new HttpListener();
        listener.Prefixes.Add(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/"));
        listener.Start();
        while (true) Answer(listener.GetContext());
    }

    private static void Answer(HttpListenerContext context)
    {
        HttpListenerResponse response = context.Response;
        string path = context.Request.Url!.AbsolutePath;
        if (path.StartsWith(Events, StringComparison.Ordinal))
        {
            response.ContentType = "text/event-stream";
            response.Headers["Cache-Control"] = "no-cache";
            response.Headers["Grip-Hold"] = "stream";
            response.Headers["Grip-Channel"] = Uri.UnescapeDataString(path[Events.Length..]);
            response.Close(": connected\n\n"u8.ToArray(), willBlock: true);
        }
        else response.Close();
    }
}
