using System.Security.Cryptography;
using System.Text;
using RawSse.Protocol.Resp;
using RawSse.Server.Shards;

namespace RawSse.Server.Stores.Redis;

/// <summary>A script that runs in Redis, and the digest by which Redis knows it. Immutable, any thread.</summary>
internal sealed class RedisScript
{
    private readonly byte[] _text;
    private readonly byte[] _digest;

    private RedisScript(string name, byte[] text)
    {
        Name = name;
        _text = text;
#pragma warning disable CA5350 // Redis names scripts by their SHA-1; nothing is protected by it.
        _digest = Encoding.ASCII.GetBytes(Convert.ToHexStringLower(SHA1.HashData(text)));
#pragma warning restore CA5350
    }

    /// <summary>Its file.</summary>
    public string Name { get; }

    /// <summary>Stores and announces an event (publish.lua).</summary>
    public static RedisScript Publish { get; } = Embedded("publish.lua");

    /// <summary>Describes a stream (locate.lua).</summary>
    public static RedisScript Locate { get; } = Embedded("locate.lua");

    /// <summary>Tells a stream's last id (verify.lua).</summary>
    public static RedisScript Verify { get; } = Embedded("verify.lua");

    /// <summary>Begins a call.</summary>
    /// <param name="arguments">how many follow: the number of keys, the keys, the other arguments</param>
    /// <param name="inFull">with its text, for a Redis that may not know it; else by its digest</param>
    public void BeginCall(ByteBuffer request, int arguments, bool inFull)
    {
        RespWriter.WriteCommand(request, 2 + arguments);
        RespWriter.WriteBulk(request, inFull ? "EVAL"u8 : "EVALSHA"u8);
        RespWriter.WriteBulk(request, inFull ? _text : _digest);
    }

    /// <summary>Writes the command that makes Redis know it.</summary>
    public void WriteLoad(ByteBuffer request)
    {
        RespWriter.WriteCommand(request, 3);
        RespWriter.WriteBulk(request, "SCRIPT"u8);
        RespWriter.WriteBulk(request, "LOAD"u8);
        RespWriter.WriteBulk(request, _text);
    }

    private static RedisScript Embedded(string name)
    {
        using Stream stream = typeof(RedisScript).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{name} is not embedded");
        byte[] text = new byte[stream.Length];
        stream.ReadExactly(text);
        return new RedisScript(name, text);
    }
}
