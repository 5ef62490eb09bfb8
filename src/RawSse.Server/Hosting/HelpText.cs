using System.Text;

namespace RawSse.Server.Hosting;

/// <summary>What <c>--help</c> prints: every option with unit, default and bounds, in 100 columns.</summary>
internal static class HelpText
{
    public const int Columns = 100;

    private const int UnitColumn = 32;
    private const int DefaultColumn = 42;
    private const int AllowedColumn = 58;
    private const int MeaningColumn = 6;

    private const string Intro = """
        RawSse: Server-Sent Events over raw sockets.

        Usage: dotnet run -c Release --project src/RawSse.Server -- [OPTIONS]

        Every option is a flag, an environment variable (RAWSSE_ and its name in upper snake case, as
        RAWSSE_MAX_LAG=4MiB) and a key in the JSON file of --config (max-lag or maxLag). A flag wins over
        the environment, that over the file, that over the default. A value that cannot be used ends the
        start with exit code 2 and one line that says what is allowed.

        Durations are 500ms, 15s, 2m, 24h; sizes are bytes, or 256KiB, 16MiB, 2GiB.

        """;

    private const string Outro = """

          --config FILE       a JSON file of options, at most 1MiB; also RAWSSE_CONFIG
          --print-config      print the options in effect as such a file, and end
          --version           print the version, and end
          --help, -h          print this, and end

        SIGTERM: not ready for --drain-delay, then streams are closed over --drain, then exit code 0.
        SIGINT: the same without the delay and over at most 1s. A second signal of either: at once.

        """;

    public static string Write()
    {
        var help = new StringBuilder(Intro).Append('\n');
        help.Append($"{Cells("  OPTION", "UNIT", "DEFAULT")}ALLOWED\n");
        foreach (var option in OptionTable.All)
        {
            help.Append(Cells("  " + option.Flag, Unit(option.Unit), option.Default));
            Wrap(help, option.Allowed, AllowedColumn);
            help.Append(' ', MeaningColumn);
            Wrap(help, option.Meaning, MeaningColumn);
        }
        return help.Append(Outro).ToString();
    }

    private static string Cells(string flag, string unit, string text) =>
        flag.PadRight(UnitColumn) + unit.PadRight(DefaultColumn - UnitColumn) + text.PadRight(AllowedColumn - DefaultColumn);

    private static string Unit(OptionUnit unit) => unit switch
    {
        OptionUnit.Endpoint => "HOST:PORT",
        OptionUnit.Url => "URL",
        OptionUnit.Pattern => "pattern",
        OptionUnit.Text => "text",
        OptionUnit.Choice => "word",
        OptionUnit.Switch => "on, off",
        OptionUnit.Count => "count",
        OptionUnit.Size => "size",
        _ => "duration",
    };

    /// <summary>Writes from <paramref name="indent"/> on, where the line already is, and starts each further line there.</summary>
    private static void Wrap(StringBuilder help, string text, int indent)
    {
        int column = indent;
        foreach (string word in text.Split(' '))
        {
            if (column > indent && column + 1 + word.Length > Columns)
            {
                help.Append('\n').Append(' ', indent);
                column = indent;
            }
            bool isFirst = column == indent;
            help.Append(isFirst ? "" : " ").Append(word);
            column += word.Length + (isFirst ? 0 : 1);
        }
        help.Append('\n');
    }
}
