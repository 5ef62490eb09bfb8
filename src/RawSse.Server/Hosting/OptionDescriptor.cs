using System.Text;

namespace RawSse.Server.Hosting;

/// <summary>
/// One option of <see cref="RawSseOptions"/>, whatever it is read from: its names, its bounds and what it means.
/// </summary>
/// <param name="name">its kebab-case name, where it is not simply that of the property</param>
internal abstract class OptionDescriptor(string property, OptionUnit unit, string allowed, string meaning, string? name = null)
{
    /// <summary>The property's name, e.g. <c>MaxLag</c>.</summary>
    public string Property { get; } = property;

    /// <summary>Kebab-case: the flag without its dashes, and the key in a file, e.g. <c>max-lag</c>.</summary>
    public string Name { get; } = name ?? Kebab(property);

    public string Flag => "--" + Name;

    /// <summary>E.g. <c>RAWSSE_MAX_LAG</c>.</summary>
    public string EnvironmentVariable => OptionTable.EnvironmentPrefix + Name.Replace('-', '_').ToUpperInvariant();

    public OptionUnit Unit { get; } = unit;

    /// <summary>The bounds in words, as in "allowed: …".</summary>
    public string Allowed { get; } = allowed;

    public string Meaning { get; } = meaning;

    /// <summary>Whether it takes several values, each replacing what a lower layer gave.</summary>
    public virtual bool IsRepeatable => false;

    /// <summary><see cref="Allowed"/>, and where it is worth saying, why <paramref name="text"/> is not.</summary>
    public virtual string AllowedFor(string text) => Allowed;

    /// <summary>The default, as one would type it.</summary>
    public string Default => Print(new RawSseOptions());

    /// <summary>Sets the option; false, and nothing set, when a text is no value or out of bounds.</summary>
    public abstract bool TrySet(RawSseOptions options, IReadOnlyList<string> texts);

    /// <summary>Whether the value that <paramref name="options"/> has is within the bounds.</summary>
    public abstract bool IsAllowed(RawSseOptions options);

    /// <summary>The value that <paramref name="options"/> has, as one would type it; a password in it is masked.</summary>
    public abstract string Print(RawSseOptions options);

    /// <summary>The same one by one, where there may be several.</summary>
    public virtual IReadOnlyList<string> PrintEach(RawSseOptions options) => [Print(options)];

    private static string Kebab(string property)
    {
        var name = new StringBuilder();
        foreach (char c in property)
        {
            if (char.IsAsciiLetterUpper(c) && name.Length > 0)
                name.Append('-');
            name.Append(char.ToLowerInvariant(c));
        }
        return name.ToString();
    }
}

/// <summary>An option of one value.</summary>
internal sealed class OptionDescriptor<T>(
    string property, OptionKind<T> kind, Func<RawSseOptions, T> get, Action<RawSseOptions, T> set, string meaning,
    string? name = null)
    : OptionDescriptor(property, kind.Unit, kind.Allowed, meaning, name)
{
    public override bool TrySet(RawSseOptions options, IReadOnlyList<string> texts)
    {
        if (texts.Count != 1 || !kind.TryParse(texts[0], out T value) || !kind.IsAllowed(value))
            return false;
        set(options, value);
        return true;
    }

    public override bool IsAllowed(RawSseOptions options) => kind.IsAllowed(get(options));

    public override string Print(RawSseOptions options) => kind.Print(get(options));
}
