using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace RawSse.Server.Stores.Redis;

/// <summary>Reads the text of error replies. Pure.</summary>
internal static class RedisError
{
    public static RedisErrorKind Classify(ReadOnlySpan<byte> text)
    {
        RedisErrorKind kind = OfCode(Code(text));
        if (kind != RedisErrorKind.Other || text.IndexOf("user_script"u8) < 0)
            return kind;
        // Before Redis 7 what a script ran into stands behind "ERR Error running script (…): @user_script:18: -OOM …".
        while (kind == RedisErrorKind.Other && text.IndexOf(": "u8) is >= 0 and var end)
        {
            text = text[(end + 2)..];
            kind = OfCode(Code(text.StartsWith("-"u8) ? text[1..] : text));
        }
        return kind;
    }

    /// <summary>Reads what MOVED and ASK say: <c>MOVED 3999 127.0.0.1:6381</c>.</summary>
    /// <param name="asked">the server that said so: it leaves its host out when it does not know how others see it</param>
    public static bool TryReadTarget(
        ReadOnlySpan<byte> text, RedisEndpoint asked, out int slot, [NotNullWhen(true)] out RedisEndpoint? target)
    {
        target = null;
        slot = 0;
        string[] words = Encoding.UTF8.GetString(text).Split(' ');
        if (words.Length < 3 || !int.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out slot))
            return false;
        int colon = words[2].LastIndexOf(':');
        if (slot >= ClusterMap.Slots || colon < 0
            || !int.TryParse(words[2][(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int port))
            return false;
        target = new RedisEndpoint(colon == 0 ? asked.Host : words[2][..colon], port);
        return true;
    }

    private static ReadOnlySpan<byte> Code(ReadOnlySpan<byte> text)
    {
        int end = text.IndexOf((byte)' ');
        return end < 0 ? text : text[..end];
    }

    private static RedisErrorKind OfCode(ReadOnlySpan<byte> code)
    {
        if (code.SequenceEqual("NOSCRIPT"u8))
            return RedisErrorKind.NoScript;
        if (code.SequenceEqual("MOVED"u8))
            return RedisErrorKind.Moved;
        if (code.SequenceEqual("ASK"u8))
            return RedisErrorKind.Ask;
        if (code.SequenceEqual("TRYAGAIN"u8))
            return RedisErrorKind.TryAgain;
        if (code.SequenceEqual("READONLY"u8) || code.SequenceEqual("MASTERDOWN"u8))
            return RedisErrorKind.NotMaster;
        if (code.SequenceEqual("OOM"u8))
            return RedisErrorKind.OutOfMemory;
        if (code.SequenceEqual("KEYREUSED"u8))
            return RedisErrorKind.KeyReused;
        if (code.SequenceEqual("WRONGTYPE"u8))
            return RedisErrorKind.WrongType;
        bool isAway = code.SequenceEqual("LOADING"u8) || code.SequenceEqual("CLUSTERDOWN"u8) || code.SequenceEqual("BUSY"u8)
            || code.SequenceEqual("MISCONF"u8) || code.SequenceEqual("NOREPLICAS"u8);
        return isAway ? RedisErrorKind.Away : RedisErrorKind.Other;
    }
}
