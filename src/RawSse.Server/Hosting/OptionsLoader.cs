namespace RawSse.Server.Hosting;

/// <summary>What the process was asked to do, with which options.</summary>
internal sealed record LoadedOptions(CommandVerb Verb, RawSseOptions Options);

/// <summary>Lays flags over the environment over the file over the defaults.</summary>
internal static class OptionsLoader
{
    private const int FileBytesMax = 1 << 20;

    /// <exception cref="OptionException">anything given cannot be used</exception>
    public static LoadedOptions Load(IReadOnlyList<string> args, IReadOnlyDictionary<string, string> environment)
    {
        var flags = CommandLineReader.Read(args);
        var options = new RawSseOptions();
        if (flags.Verb is CommandVerb.Help or CommandVerb.Version)
            return new(flags.Verb, options);

        string? file = flags.ConfigFile ?? environment.GetValueOrDefault(OptionLayer.ConfigVariable);
        foreach (var setting in file is null ? [] : OptionLayer.OfFile(ReadFile(file), file))
            setting.Apply(options);
        foreach (var setting in OptionLayer.OfEnvironment(environment))
            setting.Apply(options);
        foreach (var setting in flags.Settings)
            setting.Apply(options);

        if (OptionsValidator.Validate(options) is { } line)
            throw new OptionException(line);
        return new(flags.Verb, options);
    }

    private static string ReadFile(string file)
    {
        try
        {
            // Not its length: a pipe, as in --config <(…), has none.
            using var reader = new StreamReader(file);
            var text = new char[FileBytesMax + 1];
            int chars = reader.ReadBlock(text);
            return chars <= FileBytesMax ? new string(text, 0, chars) : throw OptionLayer.BadFile(file, "a file of at most 1MiB");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw OptionLayer.BadFile(file, $"a file that can be read ({OptionException.Quote(e.Message)})");
        }
    }
}
