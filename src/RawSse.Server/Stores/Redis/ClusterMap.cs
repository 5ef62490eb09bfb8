namespace RawSse.Server.Stores.Redis;

/// <summary>The slots of a cluster (redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec). Pure.</summary>
internal static class ClusterMap
{
    public const int Slots = 16384;

    /// <summary>CRC-16/XMODEM.</summary>
    private const ushort Polynomial = 0x1021;

    private static readonly ushort[] s_table = [.. Enumerable.Range(0, 256).Select(Remainder)];

    /// <summary>The slot of all keys with this hash tag: the channel's name, which has no braces.</summary>
    public static int SlotOf(ReadOnlySpan<byte> tag)
    {
        ushort crc = 0;
        foreach (byte value in tag)
            crc = (ushort)((crc << 8) ^ s_table[(byte)((crc >> 8) ^ value)]);
        return crc % Slots;
    }

    private static ushort Remainder(int value)
    {
        int crc = value << 8;
        for (int bit = 0; bit < 8; bit++)
            crc = (crc & 0x8000) != 0 ? (crc << 1) ^ Polynomial : crc << 1;
        return (ushort)crc;
    }
}
