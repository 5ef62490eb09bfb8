using System.Globalization;

namespace RawSse.Bench.Native;

/// <summary>Whose CPU and memory a server's are: the processes that it is made of, and apart from them the Redis behind it.</summary>
/// <param name="Pids">The process that was started first, then its children; their number does not change any more.</param>
/// <param name="RedisPid">The Redis that only this server uses; null without one.</param>
internal sealed record ServerAccount(IReadOnlyList<int> Pids, int? RedisPid = null)
{
    /// <summary>CPU used so far, ns.</summary>
    public long Cpu => Pids.Sum(CpuClock.OfProcess);

    /// <summary>CPU that its Redis used so far, ns; 0 without one.</summary>
    public long RedisCpu => RedisPid is { } pid ? CpuClock.OfProcess(pid) : 0;

    public ProcessMemory Memory => ProcessMemory.Of(Pids);

    /// <summary>Reads what <see cref="ToString"/> wrote: <c>12,13+14</c> are two processes and their Redis; nothing is nobody.</summary>
    public static ServerAccount Parse(string text)
    {
        string[] parts = text.Split('+');
        int[] pids = [.. parts[0].Split(',', StringSplitOptions.RemoveEmptyEntries).Select(Number)];
        return new ServerAccount(pids, parts.Length > 1 ? Number(parts[1]) : null);
    }

    public override string ToString()
    {
        string pids = string.Join(',', Pids.Select(pid => pid.ToString(CultureInfo.InvariantCulture)));
        return RedisPid is { } redis ? string.Create(CultureInfo.InvariantCulture, $"{pids}+{redis}") : pids;
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
