using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using RawSse.Bench.Native;

namespace RawSse.Bench.Load;

/// <summary>A keep-alive connection that publishes one event at a time: the next only after the answer.</summary>
internal sealed unsafe partial class Publisher : IDisposable
{
    private const int AnswerBytesMax = 4096;

    private readonly int _fd;
    private readonly byte[] _data;
    private readonly int _port;
    private readonly byte[] _answer = new byte[AnswerBytesMax];
    private int _answerBytes;
    private string? _path;
    private byte[] _request = [];

    public Publisher(Connector connector, EpollSet epoll, long key, int dataBytes)
    {
        _port = connector.Port;
        _data = EventMarker.Data(dataBytes);
        _fd = connector.Open();
        epoll.Watch(_fd, EpollSet.Edge | EpollSet.In, key);
    }

    /// <summary>The number of the event that it published last; 0: none yet.</summary>
    public int Number { get; private set; }

    /// <summary>False while an answer is awaited.</summary>
    public bool IsAnswered { get; private set; } = true;

    /// <summary>The body of the last answer.</summary>
    public string LastBody { get; private set; } = "";

    /// <summary>The id that the last answer told; empty when the server tells none.</summary>
    public string LastId => IdField().Match(LastBody).Groups[1].Value;

    public void Publish(string path, int number)
    {
        if (!ReferenceEquals(path, _path)) Prepare(path);
        EventMarker.Stamp(_request.AsSpan(_request.Length - _data.Length), number);
        (Number, IsAnswered, _answerBytes) = (number, false, 0);
        if (!Connector.TrySend(_fd, _request)) throw new LoadException("A publisher's connection takes no more.");
    }

    /// <summary>The connection is ready: reads what is there of the answer.</summary>
    public void Serve()
    {
        nint length;
        fixed (byte* answer = _answer)
            length = Libc.Receive(_fd, answer + _answerBytes, AnswerBytesMax - _answerBytes, 0);
        if (length < 0 && Marshal.GetLastPInvokeError() == Libc.EAgain) return;
        if (length <= 0) throw new LoadException("The server closed a publisher's connection.");
        _answerBytes += (int)length;
        ReadAnswer(_answer.AsSpan(0, _answerBytes));
    }

    public void Dispose() => Libc.Close(_fd);

    private void Prepare(string path)
    {
        _path = path;
        string head = string.Create(CultureInfo.InvariantCulture,
            $"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{_port}\r\nContent-Length: {_data.Length}\r\n\r\n");
        _request = [.. Encoding.UTF8.GetBytes(head), .. _data];
    }

    private void ReadAnswer(ReadOnlySpan<byte> answer)
    {
        int head = answer.IndexOf("\r\n\r\n"u8);
        if (head < 0) return;
        if (!answer.StartsWith("HTTP/1.1 2"u8))
            throw new LoadException("A publish was answered: " + Encoding.UTF8.GetString(answer));
        int bodyBytes = ContentLength(answer[..(head + 2)]);
        if (answer.Length < head + 4 + bodyBytes) return;
        if (bodyBytes > 0) LastBody = Encoding.UTF8.GetString(answer.Slice(head + 4, bodyBytes));
        IsAnswered = true;
    }

    private static int ContentLength(ReadOnlySpan<byte> head)
    {
        ReadOnlySpan<byte> name = "\r\nContent-Length: "u8;
        int at = head.IndexOf(name);
        if (at < 0) throw new LoadException("A publish was answered without Content-Length: " + Encoding.UTF8.GetString(head));
        ReadOnlySpan<byte> value = head[(at + name.Length)..];
        return int.Parse(value[..value.IndexOf((byte)'\r')], CultureInfo.InvariantCulture);
    }

    [GeneratedRegex("\"id\":\"([^\"]*)\"")]
    private static partial Regex IdField();
}
