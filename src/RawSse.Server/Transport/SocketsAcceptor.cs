using System.Diagnostics;
using System.Net.Sockets;

namespace RawSse.Server.Transport;

/// <summary>
/// One shard's turn at one shared listener: at most one accept is asked for, and at most one accepted connection waits here
/// to be taken; the others stay in the kernel's backlog or go to another shard.
/// </summary>
/// <remarks>The shard's thread calls, a pool thread completes. State is guarded by the queue's gate.</remarks>
internal sealed class SocketsAcceptor : SocketAsyncEventArgs
{
    private readonly SharedListener _listener;
    private readonly int _index;
    private readonly SocketsReadyQueue _queue;
    private State _state;

    public SocketsAcceptor(SharedListener listener, int index, SocketsReadyQueue queue)
        : base(true)
    {
        _listener = listener;
        _index = index;
        _queue = queue;
    }

    private enum State
    {
        /// <summary>No accept is asked for.</summary>
        Idle,
        /// <summary>One is asked for.</summary>
        Asked,
        /// <summary>It has come out, well or with an error, and nobody took it.</summary>
        Completed,
        /// <summary>Never again.</summary>
        Stopped,
    }

    /// <summary>Asks for a connection unless that was done. It may be there at once.</summary>
    public void Ask()
    {
        lock (_queue.Gate)
        {
            if (_state != State.Idle)
                return;
            _state = State.Asked;
            _queue.SetAcceptable(_index, false);
        }

        AcceptSocket = null;
        try
        {
            if (!_listener.Socket.AcceptAsync(this))
                OnCompleted(this);
        }
        catch (ObjectDisposedException)
        {
            Stop();
        }
    }

    /// <summary>Takes what has come out, if anything has.</summary>
    public bool TryTake(out Socket? accepted, out SocketError error)
    {
        lock (_queue.Gate)
        {
            (accepted, error) = (AcceptSocket, SocketError);
            if (_state != State.Completed)
                return false;
            _state = State.Idle;
            AcceptSocket = null;

            // Out of descriptors, asking again at once would fail at once: the listener stays reported instead.
            _queue.SetAcceptable(_index, error != SocketError.Success);
            return true;
        }
    }

    /// <summary>Gives up this shard's part of the listener and refuses a connection that waits here.</summary>
    public void Stop()
    {
        Socket? refused;
        lock (_queue.Gate)
        {
            if (_state == State.Stopped)
                return;
            refused = _state == State.Completed ? AcceptSocket : null;
            _state = State.Stopped;
            _queue.SetAcceptable(_index, false);
        }

        refused?.Close(0);
        _listener.Release();
        Dispose(); // if an accept is still asked for, its completion frees it
    }

    protected override void OnCompleted(SocketAsyncEventArgs e)
    {
        lock (_queue.Gate)
        {
            Debug.Assert(_state is State.Asked or State.Stopped, "completed what was not asked for");
            if (_state == State.Asked)
            {
                _state = State.Completed;
                _queue.SetAcceptable(_index, true);
                return;
            }
        }

        AcceptSocket?.Close(0);
    }
}
