using System.Text;
using RawSse.Protocol.Ids;
using RawSse.Protocol.Sse;

namespace RawSse.Server.Tests.Channels;

/// <summary>Frames for tests of what holds them.</summary>
internal static class Frames
{
    public static byte[] Make(EventId id, string data)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(data);
        byte[] frame = new byte[SseFrame.Measure(id, [], bytes)];
        SseFrame.Write(frame, id, [], bytes);
        return frame;
    }

    /// <summary>Ids that strictly grow, with steps and sequences, and data of many lengths and lines.</summary>
    public static List<(EventId Id, byte[] Frame)> Random(Random random, int count, int dataBytesMax)
    {
        var frames = new List<(EventId, byte[])>(count);
        EventId id = new(1000, 0);
        for (int i = 0; i < count; i++)
        {
            id = random.Next(3) == 0 ? id.Next() : new EventId(id.Milliseconds + (ulong)random.Next(1, 50), (ulong)random.Next(3));
            int length = random.Next(8) == 0 ? random.Next(dataBytesMax) : random.Next(Math.Min(dataBytesMax, 60));
            var data = new StringBuilder();
            while (data.Length < length)
                data.Append(random.Next(10) == 0 ? '\n' : 'x');
            frames.Add((id, Make(id, data.ToString())));
        }
        return frames;
    }
}
