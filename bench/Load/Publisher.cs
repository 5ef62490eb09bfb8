using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using RawSse.Bench.Native;

namespace RawSse.Bench.Load;

/// <summary>
/// A keep-alive connection that publishes one event at a time: the next only after the answer. Where the server closes it between
/// two, the next event gets another one.
/// </summary>
internal sealed unsafe partial class Publisher : IDisposable
{
    private const int AnswerBytesMax = 4096;
    private const int Closed = -1;

    private readonly Connector _connector;
    private readonly EpollSet _epoll;
    private readonly long _key;
    private readonly byte[] _data;
    private readonly PublishFormat _format;
    private readonly byte[] _answer = new byte[AnswerBytesMax];
    private int _fd;
    private bool _isUnsent;
    private int _answerBytes;
    private (string Path, int Index)? _prepared;
    private byte[] _request = [];
    private int _dataAt;

    public Publisher(Connector connector, EpollSet epoll, long key, LoadCommand command)
    {
        (_connector, _epoll, _key) = (connector, epoll, key);
        (_data, _format) = (EventMarker.Data(command.DataBytes), command.Format);
        Open();
    }

    /// <summary>The number of the event that it published last; 0: none yet.</summary>
    public int Number { get; private set; }

    /// <summary>False while an answer is awaited.</summary>
    public bool IsAnswered { get; private set; } = true;

    /// <summary>The body of the last answer.</summary>
    public string LastBody { get; private set; } = "";

    /// <summary>The id that the last answer told; empty when the server tells none.</summary>
    public string LastId => IdField().Match(LastBody).Groups[1].Value;

    /// <param name="index">what <c>{i}</c> stands for in the path and in the format</param>
    public void Publish(string path, int number, int index = 0)
    {
        if (_prepared != (path, index)) Prepare(path, index);
        EventMarker.Stamp(_request.AsSpan(_dataAt), number);
        (Number, IsAnswered, _answerBytes) = (number, false, 0);
        if (_fd == Closed) Open();
        _isUnsent = !Connector.TrySend(_fd, _request);
    }

    /// <summary>The connection is ready: reads what is there of the answer, or sends what waited for it to be open.</summary>
    public void Serve()
    {
        if (_fd == Closed) return;
        if (_isUnsent) _isUnsent = !Connector.TrySend(_fd, _request);
        nint length;
        fixed (byte* answer = _answer)
            length = Libc.Receive(_fd, answer + _answerBytes, AnswerBytesMax - _answerBytes, 0);
        if (length < 0 && Marshal.GetLastPInvokeError() == Libc.EAgain) return;
        if (length <= 0)
        {
            if (!IsAnswered) throw new LoadException("The server closed a publisher's connection.");
            Close();
            return;
        }
        _answerBytes += (int)length;
        ReadAnswer(_answer.AsSpan(0, _answerBytes));
    }

    public void Dispose()
    {
        if (_fd != Closed) Close();
    }

    private void Close()
    {
        Libc.Close(_fd);
        _fd = Closed;
    }

    private void Open()
    {
        _fd = _connector.Open();
        _epoll.Watch(_fd, EpollSet.Edge | EpollSet.In | EpollSet.Out, _key);
    }

    private void Prepare(string path, int index)
    {
        _prepared = (path, index);
        byte[] before = Encoding.UTF8.GetBytes(SubscriberSet.PathOf(_format.Before, index));
        byte[] after = Encoding.UTF8.GetBytes(_format.After);
        byte[] head = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $"POST {SubscriberSet.PathOf(path, index)} HTTP/1.1\r\nHost: 127.0.0.1:{_connector.Port}\r\n{_format.Headers}"
                + $"Content-Length: {before.Length + _data.Length + after.Length}\r\n\r\n"));
        _request = [.. head, .. before, .. _data, .. after];
        _dataAt = head.Length + before.Length;
    }

    private void ReadAnswer(ReadOnlySpan<byte> answer)
    {
        int head = answer.IndexOf("\r\n\r\n"u8);
        if (head < 0) return;
        if (!answer.StartsWith("HTTP/1.1 2"u8))
            throw new LoadException("A publish was answered: " + Encoding.UTF8.GetString(answer));
        ReadOnlySpan<byte> body = answer[(head + 4)..];
        if (!AnswerBody.IsComplete(answer[..(head + 2)], body)) return;
        if (body.Length > 0) LastBody = Encoding.UTF8.GetString(body);
        IsAnswered = true;
        if (AnswerBody.IsLast(answer[..(head + 2)])) Close();
    }

    // As JSON, and in nchan's text.
    [GeneratedRegex("(?:\"id\":\"|last message id: )([^\"\\s]*)")]
    private static partial Regex IdField();
}
