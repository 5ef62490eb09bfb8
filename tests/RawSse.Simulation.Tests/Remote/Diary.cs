namespace RawSse.Simulation.Tests.Remote;

/// <summary>The last things that were done and said. Of a run that hangs they are read from the file that RAWSSE_SIM_DIARY names.</summary>
internal sealed class Diary
{
    private const int LinesMax = 2000;

    private readonly Queue<string> _lines = new();
    private readonly string? _file = Environment.GetEnvironmentVariable("RAWSSE_SIM_DIARY");

    public IEnumerable<string> Lines => _lines;

    public void Add(string line)
    {
        _lines.Enqueue(line);
        if (_lines.Count > LinesMax)
            _lines.Dequeue();
        if (_file is not null)
            File.AppendAllText(_file, line + "\n");
    }
}
