using System.CommandLine;
using System.CommandLine.Parsing;

namespace RawSse.Server.Hosting;

/// <summary>What the flags ask for besides options.</summary>
internal enum CommandVerb
{
    Serve,
    Help,
    Version,
    PrintConfig,
}

/// <summary>The flags, read but not yet applied.</summary>
/// <param name="Verb">what to do</param>
/// <param name="ConfigFile">the file of <c>--config</c></param>
/// <param name="Settings">the options given as flags</param>
internal sealed record CommandLineArguments(CommandVerb Verb, string? ConfigFile, IReadOnlyList<OptionSetting> Settings);

/// <summary>
/// Splits the flags with System.CommandLine (<c>--flag value</c>, <c>--flag=value</c>, repeats); what they mean, and what is
/// said when they mean nothing, comes from <see cref="OptionTable"/>.
/// </summary>
internal static class CommandLineReader
{
    // A value that starts with @ is a value, not a file of flags; -abc is not -a -b -c.
    private static readonly ParserConfiguration Plain = new() { ResponseFileTokenReplacer = null, EnablePosixBundling = false };

    /// <exception cref="OptionException">an unknown flag, one given twice or without its value</exception>
    public static CommandLineArguments Read(IReadOnlyList<string> args)
    {
        var help = Flag("--help", "-h", "-?");
        var version = Flag("--version");
        var printConfig = Flag("--print-config");
        var config = Flag("--config");
        var options = OptionTable.All.Select(option => (Descriptor: option, Flag: Flag(option.Flag))).ToArray();
        var command = new Command("rawsse") { help, version, printConfig, config };
        foreach (var (_, flag) in options)
            command.Add(flag);

        var parsed = command.Parse([.. args.SelectMany(SplitEmpty)], Plain);
        // Who asks for help gets it, whatever else is wrong.
        if (parsed.GetResult(help) is not null)
            return new(CommandVerb.Help, null, []);
        if (parsed.UnmatchedTokens is [var unknown, ..])
            throw OptionException.Unknown("option", unknown, "those that --help lists");
        if (IsGiven(parsed, version))
            return new(CommandVerb.Version, null, []);

        var settings = new List<OptionSetting>();
        foreach (var (descriptor, flag) in options)
        {
            if (parsed.GetResult(flag) is { } result)
                settings.Add(Setting(descriptor, result));
        }
        var verb = IsGiven(parsed, printConfig) ? CommandVerb.PrintConfig : CommandVerb.Serve;
        return new(verb, ConfigFile(parsed.GetResult(config)), settings);
    }

    // "--flag=" is read as "--flag", which would turn a switch on when a script's variable was empty. "--flag=a:" has a value.
    private static string[] SplitEmpty(string arg) =>
        arg.StartsWith("--", StringComparison.Ordinal) && arg.AsSpan().IndexOfAny('=', ':') == arg.Length - 1 ? [arg[..^1], ""] : [arg];

    private static Option<string[]> Flag(string name, params string[] aliases) =>
        new(name, aliases) { Arity = ArgumentArity.ZeroOrMore, AllowMultipleArgumentsPerToken = false };

    private static bool IsGiven(ParseResult parsed, Option<string[]> flag)
    {
        var result = parsed.GetResult(flag);
        if (result?.Tokens is [var value, ..])
            throw OptionException.Unknown("option", value.Value, $"none after {flag.Name}");
        return result is not null;
    }

    private static OptionSetting Setting(OptionDescriptor option, OptionResult result)
    {
        string[] texts = [.. result.Tokens.Select(token => token.Value)];
        if (texts.Length == 0 && option.Unit == OptionUnit.Switch)
            texts = ["on"];
        if (result.IdentifierTokenCount > texts.Length)
            throw new OptionException($"{option.Flag} has no value; allowed: {option.Allowed}");
        if (texts.Length > 1 && !option.IsRepeatable)
            throw OptionException.Value(option, texts[1], "for the second time");
        return new OptionSetting(option, texts, null);
    }

    private static string? ConfigFile(OptionResult? result) => result?.Tokens switch
    {
        null => null,
        [var file] => file.Value,
        var tokens => throw new OptionException(
            OptionException.NotAllowed("--config", string.Join(',', tokens.Select(token => token.Value)), "the name of one JSON file")),
    };
}
