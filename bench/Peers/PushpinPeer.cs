using System.Diagnostics;
using System.Globalization;
using RawSse.Bench.Load;

namespace RawSse.Bench.Peers;

/// <summary>Pushpin (pushpin/pushpin.conf) in front of an origin that only holds streams; the origin is not counted.</summary>
internal sealed class PushpinPeer : Peer
{
    // condure has room for so many connections by default.
    private const int RoomMin = 50_000;
    private const int RoomFactor = 5;

    public override string Name => "pushpin";

    public override bool HasChannels => true;

    // The history that a stream is resumed from would be the origin's to keep.
    public override bool HasReplay => false;

    // The head is sent before the handler has subscribed the stream.
    public override bool IsAnsweredEarly => true;

    // Its proxy has a queue of a hundred requests to the origin, and answers 502 beyond.
    public override int ConnectingMax => 16;

    public override string? Missing => Executables.Missing("pushpin", "condure", "zurl") is { } missing
        ? $"{missing} (apt-get install pushpin)"
        : null;

    // Answered by the origin, so through all of its processes but the handler, whose port is tried too.
    protected override string? ReadyRequest => "GET /ready HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";

    public override string StreamPath(string channel) => $"/events/{channel}";

    public override string PublishPath(string channel) => "/publish/";

    public override PublishFormat PublishFormat(string channel) => new()
    {
        Headers = "Content-Type: application/json\r\n",
        Before = $$"""{"items":[{"channel":"{{channel}}","formats":{"http-stream":{"content":"event: update\ndata: """,
        After = """\n\n"}}}]}""",
    };

    protected override Launch Prepare(int port, int? cpu, int connections)
    {
        (int publishPort, int originPort) = (ServerProcess.FreePort(), ServerProcess.FreePort());
        // What may fail comes before the folder, which nobody would delete.
        string number = originPort.ToString(CultureInfo.InvariantCulture);
        var origin = new ServerProcess(ServerProcess.Self("pushpin-origin", number), originPort, cpu, readyRequest: null);
        var folder = new RunFolder();
        string routes = folder.Write(Repository.PeerFile("pushpin", "routes"), enabled: null, ("origin", originPort));
        string configuration = folder.Write(
            Repository.PeerFile("pushpin", "pushpin.conf"), enabled: null,
            ("folder", folder.Path), ("port", port), ("connections", Math.Max(RoomMin, connections * RoomFactor)),
            ("routes", routes), ("publish", publishPort));
        return new Launch(new ProcessStartInfo("pushpin", ["--config", configuration, "--merge-output"]))
        {
            Folder = folder,
            PublishPort = publishPort,
            Origin = origin,
        };
    }
}
