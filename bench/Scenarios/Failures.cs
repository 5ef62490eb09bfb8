using System.ComponentModel;
using System.Net.Sockets;
using System.Text.Json;
using RawSse.Bench.Load;
using RawSse.Bench.Peers;

namespace RawSse.Bench.Scenarios;

/// <summary>Who failed in a scenario, and why. Strict: the first failure ends the scenario. Tolerant: the server is out of it, the rest goes on.</summary>
internal sealed class Failures(bool isTolerant)
{
    private readonly Dictionary<string, string> _reasons = [];

    /// <summary>Does it unless the server has failed before. Returns the reason if it fails now.</summary>
    public string? Attempt(Peer peer, Action act)
    {
        if (IsOut(peer.Name)) return null;
        try
        {
            act();
            return null;
        }
        catch (Exception e) when (isTolerant && IsOfOneServer(e))
        {
            return _reasons[peer.Name] = e.Message.ReplaceLineEndings(" ").Trim();
        }
    }

    public bool IsOut(string server) => _reasons.ContainsKey(server);

    /// <summary>Null: it has not failed.</summary>
    public string? Find(string server) => _reasons.GetValueOrDefault(server);

    /// <summary>What comes of a server that refuses, stalls or dies, or of a load process that dies of it; anything else is a bug.</summary>
    public static bool IsOfOneServer(Exception e) =>
        e is LoadException or Win32Exception or IOException or SocketException or JsonException;
}
