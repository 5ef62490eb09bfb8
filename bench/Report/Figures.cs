namespace RawSse.Bench.Report;

/// <summary>Named figures of several servers, each measured several times.</summary>
internal sealed class Figures
{
    private readonly Dictionary<(string Server, string Name), List<double>> _values = [];

    public void Add(string server, string name, double value)
    {
        if (!_values.TryGetValue((server, name), out List<double>? values)) _values[(server, name)] = values = [];
        values.Add(value);
    }

    /// <summary>Null: never measured.</summary>
    public Series? Find(string server, string name) =>
        _values.TryGetValue((server, name), out List<double>? values) ? new Series(values) : null;

    /// <summary>Measured at least once.</summary>
    public Series Of(string server, string name) => Find(server, name) ?? throw new KeyNotFoundException($"{server}: {name}");
}
