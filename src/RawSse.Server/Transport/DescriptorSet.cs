using System.Numerics;

namespace RawSse.Server.Transport;

/// <summary>
/// Which descriptors one transport owns: a bit each, so that a stale handle is caught before it closes a stranger's file,
/// and what is still open at the end can be closed. One thread.
/// </summary>
internal sealed class DescriptorSet
{
    private ulong[] _bits = new ulong[16];

    public bool Contains(int fd) => (uint)fd >> 6 < (uint)_bits.Length && (_bits[fd >> 6] >> fd & 1) != 0;

    public void Add(int fd)
    {
        if (fd >> 6 >= _bits.Length)
            Array.Resize(ref _bits, Math.Max(_bits.Length * 2, (fd >> 6) + 1));
        _bits[fd >> 6] |= 1UL << fd;
    }

    /// <summary>False: it was not in the set.</summary>
    public bool Remove(int fd)
    {
        if (!Contains(fd))
            return false;
        _bits[fd >> 6] &= ~(1UL << fd);
        return true;
    }

    /// <summary>Takes any one out; false: it is empty.</summary>
    public bool TryTakeAny(out int fd)
    {
        for (int word = 0; word < _bits.Length; word++)
        {
            if (_bits[word] == 0)
                continue;
            fd = (word << 6) + BitOperations.TrailingZeroCount(_bits[word]);
            _bits[word] &= _bits[word] - 1;
            return true;
        }

        fd = -1;
        return false;
    }
}
