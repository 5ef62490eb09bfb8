using System.Net.Sockets;

namespace RawSse.Server.Transport;

/// <summary>
/// The copy of a few bytes that a full socket did not take, on their way by SendAsync. From <see cref="Load"/> until its
/// completion it belongs to one connection; only the completion gives it back, so no buffer is reused under a running send.
/// </summary>
internal sealed class PendingSend() : SocketAsyncEventArgs(true)
{
    public const int BytesMax = 16 << 10;

    private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(BytesMax);
    private SocketsConnection? _connection;

    /// <summary>Takes a copy of as many bytes as fit and returns their number.</summary>
    public int Load(SocketsConnection connection, ReadOnlySpan<byte> bytes)
    {
        int count = Math.Min(bytes.Length, BytesMax);
        bytes[..count].CopyTo(_bytes);
        SetBuffer(_bytes, 0, count);
        _connection = connection;
        return count;
    }

    /// <summary>Passes what was transferred; true: some is left to be sent.</summary>
    public bool Advance()
    {
        int left = Count - BytesTransferred;
        SetBuffer(Offset + BytesTransferred, left);
        return left > 0;
    }

    public void Unload() => _connection = null;

    protected override void OnCompleted(SocketAsyncEventArgs e) => _connection!.OnSent(this);
}

/// <summary>Keeps a few <see cref="PendingSend"/> for the next full socket. Any thread.</summary>
internal sealed class PendingSendPool : IDisposable
{
    private const int KeptMax = 64;

    private readonly Stack<PendingSend> _kept = new();
    private bool _disposed;

    public PendingSend Rent()
    {
        lock (_kept)
            return _kept.TryPop(out var send) ? send : new PendingSend();
    }

    public void Return(PendingSend send)
    {
        send.Unload();
        lock (_kept)
        {
            if (!_disposed && _kept.Count < KeptMax)
            {
                _kept.Push(send);
                return;
            }
        }

        send.Dispose();
    }

    public void Dispose()
    {
        lock (_kept)
        {
            _disposed = true;
            while (_kept.TryPop(out var send))
                send.Dispose();
        }
    }
}
