using System.Globalization;
using System.Text;
using RawSse.Protocol.Resp;

namespace RawSse.Server.Stores.Redis;

/// <summary>
/// Looks once at how a server is set up, and warns of what would lose events or slow them down. A server that does not tell is
/// taken as it is.
/// </summary>
internal static class RedisInspection
{
    /// <summary>What Redis itself sets.</summary>
    private const long BufferBytesMin = 32 << 20;

    private const long SoftBufferBytesMin = 8 << 20;

    private static readonly Version s_oldest = new(6, 2);

    /// <param name="commands">an open link for commands</param>
    public static void Begin(RedisLink commands, RedisNotes notes)
    {
        RedisServerInfo info = commands.Info!;
        if (info.Version.Major > 0 && info.Version < s_oldest)
            notes.Advice(info.Endpoint, $"version {info.Version} is older than 6.2, the oldest that this server is made for.");
        commands.Send(new ConfigCommand("maxmemory-policy", notes, PolicyProblem));
        commands.Send(new ConfigCommand("client-output-buffer-limit", notes, BufferProblem));
    }

    /// <param name="value">of maxmemory-policy</param>
    public static string? PolicyProblem(string value) => value == "noeviction"
        ? null
        : $"maxmemory-policy is {value}: it drops history, and keys of publishes, that were acknowledged. Set noeviction.";

    /// <param name="value">of client-output-buffer-limit: class, hard bytes, soft bytes, soft seconds, for each class</param>
    public static string? BufferProblem(string value)
    {
        string[] words = value.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        int at = Array.IndexOf(words, "pubsub");
        if (at < 0 || at + 2 >= words.Length)
            return null;
        return IsBelow(words[at + 1], BufferBytesMin) || IsBelow(words[at + 2], SoftBufferBytesMin)
            ? $"client-output-buffer-limit pubsub is {string.Join(' ', words[(at + 1)..Math.Min(at + 4, words.Length)])}: a burst cuts "
                + "connections off, and everything is read again. Set 32mb 8mb 60 or more."
            : null;
    }

    private static bool IsBelow(string bytes, long least) =>
        long.TryParse(bytes, NumberStyles.None, CultureInfo.InvariantCulture, out long value) && value > 0 && value < least;

    /// <summary>Asks for one parameter.</summary>
    private sealed class ConfigCommand : RedisCommand
    {
        private readonly string _parameter;
        private readonly RedisNotes _notes;
        private readonly Func<string, string?> _problem;

        public ConfigCommand(string parameter, RedisNotes notes, Func<string, string?> problem)
        {
            _parameter = parameter;
            _notes = notes;
            _problem = problem;
            RespWriter.WriteCommand(Request, 3);
            RespWriter.WriteBulk(Request, "CONFIG"u8);
            RespWriter.WriteBulk(Request, "GET"u8);
            RespWriter.WriteBulk(Request, Encoding.ASCII.GetBytes(parameter));
        }

        public override void OnReply(RedisLink link, ReadOnlySpan<byte> reply)
        {
            Request.Release();
            var reader = new RespReader(reply);
            bool isTold = reader.Read() && !reader.IsError && reader.Count == 2 && reader.Read() && reader.Read();
            if (!isTold)
                _notes.Unknown(link.Info!.Endpoint, _parameter);
            else if (_problem(Encoding.UTF8.GetString(reader.Text)) is { } problem)
                _notes.Advice(link.Info!.Endpoint, problem);
        }

        public override void OnLost() => Request.Release();
    }
}
