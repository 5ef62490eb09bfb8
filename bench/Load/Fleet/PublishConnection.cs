using System.ComponentModel;
using System.Net;
using System.Runtime.InteropServices;
using RawSse.Bench.Native;

namespace RawSse.Bench.Load.Fleet;

/// <summary>
/// A keep-alive connection to any server, with one publish in flight. Unlike <see cref="Publisher"/>, which ends a run that cannot
/// be trusted any more, it counts what is refused, and opens itself again when the server has closed it.
/// </summary>
internal sealed unsafe class PublishConnection : IDisposable
{
    private const int AnswerBytesMax = 4096;
    private static readonly TimeSpan s_connectMax = TimeSpan.FromSeconds(5);

    private readonly Connector _connector;
    private readonly EpollSet _epoll;
    private readonly PublishRequest _request;
    private readonly int _key;
    private readonly byte[] _answer = new byte[AnswerBytesMax];
    private int _answerBytes;
    private int _fd = -1;

    public PublishConnection(PublishRequest request, EpollSet epoll, int key)
    {
        (_request, _epoll, _key) = (request, epoll, key);
        _connector = new Connector(IPAddress.Parse(request.Target.Address), request.Target.Port);
        Reopen();
    }

    /// <summary>False while an answer is awaited.</summary>
    public bool IsFree { get; private set; } = true;

    /// <summary>Publishes that were not answered with 2xx.</summary>
    public int Refused { get; private set; }

    /// <summary>What the first of them was told.</summary>
    public string? Refusal { get; private set; }

    public void Publish(int number)
    {
        if (_fd < 0) Reopen();
        (IsFree, _answerBytes) = (false, 0);
        ReadOnlySpan<byte> request = _request.Of(number);
        try
        {
            if (Connector.TrySend(_fd, request)) return;
            throw new LoadException("A publisher's connection takes no more.");
        }
        catch (Win32Exception)
        {
            // Closed by the server before it could know of this one.
            Reopen();
            if (!Connector.TrySend(_fd, request)) throw new LoadException("A publisher's connection takes nothing.");
        }
    }

    /// <summary>The connection is ready: reads what is there of the answer.</summary>
    public void Serve()
    {
        if (_fd < 0) return;
        nint length;
        fixed (byte* answer = _answer)
            length = Libc.Receive(_fd, answer + _answerBytes, AnswerBytesMax - _answerBytes, 0);
        if (length < 0 && Marshal.GetLastPInvokeError() == Libc.EAgain) return;
        if (length <= 0)
        {
            if (!IsFree) Refuse("the connection was closed without an answer");
            Close();
            return;
        }
        _answerBytes += (int)length;
        ReadAnswer(_answer.AsSpan(0, _answerBytes));
    }

    public void Dispose() => Close();

    private void ReadAnswer(ReadOnlySpan<byte> answer)
    {
        int head = answer.IndexOf("\r\n\r\n"u8);
        if (head < 0) return;
        ReadOnlySpan<byte> fields = answer[..(head + 2)];
        if (!AnswerBody.IsComplete(fields, answer[(head + 4)..]) && answer.Length < AnswerBytesMax) return;
        if (!answer.StartsWith("HTTP/1.1 2"u8)) Refuse(ResponseHead.Excerpt(answer));
        IsFree = true;
        // An answer that is longer than anybody needs would be mistaken for the next one's.
        if (AnswerBody.IsLast(fields) || answer.Length == AnswerBytesMax) Close();
    }

    private void Refuse(string reason)
    {
        Refused++;
        Refusal ??= reason;
        IsFree = true;
    }

    private void Reopen()
    {
        Close();
        _fd = _connector.Open();
        Connector.Await(_fd, s_connectMax);
        _epoll.Watch(_fd, EpollSet.Edge | EpollSet.In, _key);
    }

    private void Close()
    {
        if (_fd >= 0) Libc.Close(_fd);
        _fd = -1;
    }
}
