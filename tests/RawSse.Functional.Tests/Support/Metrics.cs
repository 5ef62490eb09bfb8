using System.Globalization;

namespace RawSse.Functional.Tests.Support;

/// <summary>A scrape of /metrics, read as the Prometheus text format demands.</summary>
internal sealed class Metrics
{
    private readonly Dictionary<string, string> _types = [];
    private readonly List<(string Name, string Labels, double Value)> _samples = [];

    /// <summary>Families by name, with their types.</summary>
    public IReadOnlyDictionary<string, string> Types => _types;

    public IReadOnlyList<(string Name, string Labels, double Value)> Samples => _samples;

    public static Metrics Parse(string text)
    {
        var metrics = new Metrics();
        Assert.That(text, Does.EndWith("\n"));
        foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
            {
                string[] parts = line.Split(' ');
                Assert.That(metrics._types.TryAdd(parts[2], parts[3]), Is.True, $"TYPE twice: {line}");
            }
            else if (!line.StartsWith('#'))
            {
                metrics.AddSample(line);
            }
        }
        return metrics;
    }

    /// <summary>The sum over all samples of the name whose labels contain <paramref name="label"/>, e.g. <c>reason="drain"</c>.</summary>
    public double this[string name, string label = ""] =>
        _samples.Where(s => s.Name == name && s.Labels.Contains(label, StringComparison.Ordinal)).Sum(s => s.Value);

    private void AddSample(string line)
    {
        int space = line.LastIndexOf(' ');
        int brace = line.IndexOf('{', StringComparison.Ordinal);
        Assert.That(space, Is.GreaterThan(0), line);
        double value = double.Parse(line[(space + 1)..].Replace("+Inf", "Infinity", StringComparison.Ordinal), CultureInfo.InvariantCulture);
        string name = brace < 0 ? line[..space] : line[..brace];
        string labels = brace < 0 ? "" : line[brace..space];
        Assert.That(labels.Length == 0 || labels.EndsWith('}'), Is.True, line);
        _samples.Add((name, labels, value));
    }
}
