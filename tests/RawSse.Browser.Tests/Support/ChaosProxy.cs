using System.Net;
using System.Net.Sockets;

namespace RawSse.Browser.Tests.Support;

/// <summary>
/// A TCP proxy that can reset all of its connections at once, as a network that goes away does, and can tear what the
/// server sends into single bytes. Blocking sockets, two threads a connection: tests have few.
/// </summary>
internal sealed class ChaosProxy : IDisposable
{
    /// <summary>Bytes of a connection that are torn one by one; later ones leave in pieces of up to <see cref="PieceMax"/>.</summary>
    public const int SingleBytes = 48 << 10;

    private const int PieceMax = 3_000;

    private readonly Socket _listener = NewSocket();
    private readonly IPEndPoint _server;
    private readonly Tearing _tearing;
    private readonly int _seed;
    private readonly Lock _gate = new();
    private readonly List<Socket> _open = [];

    public ChaosProxy(Uri server, Tearing tearing = Tearing.None, int? seed = null)
    {
        _server = new IPEndPoint(IPAddress.Loopback, server.Port);
        _tearing = tearing;
        _seed = seed ?? Environment.TickCount;
        if (tearing == Tearing.Torn)
            TestContext.Out.WriteLine($"Torn with seed {_seed}; to replay: new ChaosProxy(url, Tearing.Torn, {_seed})");
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        Url = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndPoint!).Port}/");
        StartThread(Accept);
    }

    /// <summary>Where clients connect.</summary>
    public Uri Url { get; }

    /// <summary>Resets every open connection, on both sides.</summary>
    public void CutAll()
    {
        lock (_gate)
        {
            foreach (Socket socket in _open)
                Reset(socket);
            _open.Clear();
        }
    }

    public void Dispose()
    {
        _listener.Dispose();
        CutAll();
    }

    private static Socket NewSocket() => new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    private static void StartThread(Action run) => new Thread(() =>
    {
        try
        {
            run();
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The connection or the proxy was cut: that is what it is for.
        }
    })
    { IsBackground = true }.Start();

    private static void Reset(Socket socket)
    {
        socket.LingerState = new LingerOption(enable: true, seconds: 0);
        socket.Dispose();
    }

    private void Accept()
    {
        while (true)
        {
            Socket client = _listener.Accept();
            client.NoDelay = true;
            Socket server = NewSocket();
            try
            {
                server.Connect(_server);
            }
            catch (SocketException)
            {
                server.Dispose();
                Reset(client);
                continue;
            }

            lock (_gate)
                _open.AddRange([client, server]);
            StartThread(() => Pass(client, server, Tearing.None));
            StartThread(() => Pass(server, client, _tearing));
        }
    }

    private void Pass(Socket from, Socket to, Tearing tearing)
    {
        byte[] buffer = new byte[64 << 10];
        var random = new Random(_seed);
        long passed = 0;
        int count;
        while ((count = from.Receive(buffer)) > 0)
        {
            for (int sent = 0; sent < count;)
            {
                int piece = tearing == Tearing.None ? count : passed < SingleBytes ? 1 : random.Next(1, PieceMax);
                piece = Math.Min(piece, count - sent);
                to.Send(buffer, sent, piece, SocketFlags.None);
                sent += piece;
                passed += piece;
            }
        }

        to.Shutdown(SocketShutdown.Send);
    }
}
