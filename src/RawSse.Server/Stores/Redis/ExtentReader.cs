using RawSse.Protocol.Ids;
using RawSse.Protocol.Resp;

namespace RawSse.Server.Stores.Redis;

/// <summary>Reads what locate.lua answers. Pure.</summary>
internal static class ExtentReader
{
    private const int Fields = 5;

    /// <param name="reader">on the answer</param>
    /// <param name="extent">default when there is no stream</param>
    /// <returns>false: the script does not answer so. That is no answer, since who takes it for "no stream" makes a gap of it</returns>
    public static bool TryRead(ref RespReader reader, out StreamExtent extent)
    {
        extent = default;
        if (reader.Type != RespType.Array || (reader.Count != 0 && reader.Count != Fields))
            return false;
        if (reader.Count == 0)
            return true;
        bool isRead = TryReadId(ref reader, out EventId oldest);
        isRead &= TryReadId(ref reader, out EventId newest);
        isRead &= TryReadNumber(ref reader, out long length) && length >= 0;
        isRead &= TryReadNumber(ref reader, out long added);
        isRead &= TryReadId(ref reader, out EventId floor);
        if (isRead)
            extent = new StreamExtent(true, oldest, newest, length, added < 0 ? long.MaxValue : added, floor);
        return isRead;
    }

    private static bool TryReadId(ref RespReader reader, out EventId id)
    {
        id = default;
        return reader.Read() && reader.Count == 0 && EventId.TryParse(reader.Text, out id);
    }

    private static bool TryReadNumber(ref RespReader reader, out long number)
    {
        bool isNumber = reader.Read() && reader.Type == RespType.Integer;
        number = isNumber ? reader.Integer : 0;
        return isNumber;
    }
}
