using RawSse.Protocol.Ids;
using RawSse.Protocol.Resp;

namespace RawSse.Server.Stores.Redis;

/// <summary>Reads what locate.lua answers. Pure.</summary>
internal static class ExtentReader
{
    /// <param name="reader">on the answer</param>
    /// <returns>default when there is no stream</returns>
    public static StreamExtent Read(ref RespReader reader)
    {
        if (reader.Count < 5)
            return default;
        EventId oldest = ReadId(ref reader);
        EventId newest = ReadId(ref reader);
        long length = reader.Read() ? reader.Integer : 0;
        long added = reader.Read() ? reader.Integer : -1;
        return new StreamExtent(true, oldest, newest, length, added < 0 ? long.MaxValue : added, ReadId(ref reader));
    }

    private static EventId ReadId(ref RespReader reader)
    {
        reader.Read();
        return EventId.TryParse(reader.Text, out EventId id) ? id : default;
    }
}
