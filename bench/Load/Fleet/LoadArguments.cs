using System.Globalization;
using RawSse.Bench.Native;

namespace RawSse.Bench.Load.Fleet;

/// <summary>Reads the arguments of <c>load</c>. What is wrong is a <see cref="LoadException"/> of one line that says what to change.</summary>
internal static class LoadArguments
{
    private const int ProcessesMax = 200;

    /// <summary>What <c>load --help</c> tells.</summary>
    public static string Help => """
        Measures any server of Server-Sent Events; URL is the stream, http only. --calibrate measures the load tool itself, against
        the floor server, and says where its ceiling is.

          --publish URL           where events are POSTed; without it, what arrives is only counted
          --publish-body TEXT     the body around {data} (default {data}, which is the event's data alone)
          --publishers N          connections to publish over, each with one event in flight (default 1, which keeps the order)
          --header "NAME: VALUE"  for streams and publishes, repeatable; such as Authorization or Content-Type
          --connections N         streams (default 1000), over as many processes and source addresses as that takes
          --connect-rate N        new streams a second (default: as fast as they are answered)
          --last-event-id ID      where streams resume
          --duration S            seconds of measuring (default 10)
          --warm-up S             seconds before that whose events count but are not timed (default 1)
          --rate N                events a second at fixed times, whatever came before (default 10)
          --in-flight N           instead: so many events that have not reached all streams, the next when one has
          --data-bytes N          of an event, 9 or more (default 100)
          --slow N                so many of the streams are read slowly and not waited for
          --slow-rate N           bytes a second of such a stream (default 1000)
          --processes N           load processes (default: as few as the open-file limit allows)
          --cpus LIST             CPUs of the load tool, such as 1,3 or 2-5
          --pid PID               the server, with its children (default: who listens there, on this machine)
          --json FILE             writes everything measured
        """;

    public static LoadOptions Parse(IReadOnlyList<string> arguments)
    {
        if (arguments.Count == 0 || arguments[0].StartsWith('-')) throw new LoadException("load needs the URL of a stream first; see load --help.");
        var options = new LoadOptions { Target = HttpTarget.Parse(arguments[0]) };
        for (int i = 1; i < arguments.Count; i += 2)
        {
            if (i + 1 == arguments.Count) throw new LoadException($"{arguments[i]} needs a value, or is not known; see load --help.");
            options = With(options, arguments[i], arguments[i + 1]);
        }
        return Checked(options);
    }

    private static LoadOptions With(LoadOptions options, string name, string value) => name switch
    {
        "--publish" => options with { Publish = HttpTarget.Parse(value) },
        "--publish-body" => options with { PublishBody = Template(value) },
        "--publishers" => options with { Publishers = Integer(name, value, 1, 1_000) },
        "--header" => options with { Headers = [.. options.Headers, Header(value)] },
        "--connections" => options with { Connections = Integer(name, value, 1, 10_000_000) },
        "--connect-rate" => options with { ConnectRate = Number(name, value) },
        "--last-event-id" => options with { LastEventId = Clean(name, value) },
        "--duration" => options with { Seconds = Number(name, value) },
        "--warm-up" => options with { WarmUpSeconds = value == "0" ? 0 : Number(name, value) },
        "--rate" => options with { Rate = Number(name, value) },
        "--in-flight" => options with { InFlight = Integer(name, value, 1, 1_000) },
        "--data-bytes" => options with { DataBytes = Integer(name, value, EventMarker.DataBytesMin, 10_000_000) },
        "--slow" => options with { Slow = Integer(name, value, 1, 10_000_000) },
        "--slow-rate" => options with { SlowRate = Integer(name, value, 1, 100_000_000) },
        "--processes" => options with { Processes = Integer(name, value, 1, ProcessesMax) },
        "--cpus" => options with { Cpus = CpuList(value) },
        "--pid" => options with { Pid = Integer(name, value, 1, int.MaxValue) },
        "--json" => options with { JsonFile = Path.GetFullPath(value) },
        _ => throw new LoadException($"load has no option {name}; see load --help."),
    };

    private static LoadOptions Checked(LoadOptions options)
    {
        if (options.Slow > options.Connections) throw new LoadException($"--slow {options.Slow}: at most --connections, {options.Connections}.");
        int each = (options.Connections - 1) / options.ProcessCount + 1;
        if (options.ProcessCount > ProcessesMax || each > LoadFleet.ConnectionsMax)
            throw new LoadException($"--connections {options.Connections}: a process may open {LoadFleet.ConnectionsMax}; "
                + "raise the open-file limit (ulimit -Hn), --processes, or ask for fewer.");
        if (options.InFlight > 0 && options.Publish is null) throw new LoadException("--in-flight needs --publish URL.");
        if (options.Rate * (options.Seconds + options.WarmUpSeconds) > LoadTool.EventsMax)
            throw new LoadException($"--rate × --duration: at most {LoadTool.EventsMax:N0} events can be told apart; lower one of them.");
        return options with { Publishers = Math.Max(options.Publishers, options.InFlight) };
    }

    private static string Template(string value) => value.Split(PublishRequest.Place).Length == 2
        ? value
        : throw new LoadException($"--publish-body needs {PublishRequest.Place} once, where the event's data goes.");

    private static string Header(string value) => value.IndexOf(':') > 0
        ? Clean("--header", value)
        : throw new LoadException($"--header '{value}': write it as \"Name: value\".");

    private static string Clean(string name, string value) => value.AsSpan().IndexOfAny('\r', '\n') < 0
        ? value
        : throw new LoadException($"{name}: a line's end cannot be in it.");

    private static int[] CpuList(string value)
    {
        IReadOnlyList<int> allowed = Cpus.Allowed();
        int[] cpus = [.. value.Split(',').SelectMany(Range)];
        return cpus.All(allowed.Contains)
            ? cpus
            : throw new LoadException($"--cpus {value}: this process may use {string.Join(',', allowed)}.");

        IEnumerable<int> Range(string part)
        {
            int[] ends = [.. part.Split('-', 2).Select(end => Integer("--cpus", end, 0, 1_023))];
            return Enumerable.Range(ends[0], Math.Max(0, ends[^1] - ends[0] + 1));
        }
    }

    private static int Integer(string name, string value, int min, int max) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= min && number <= max
            ? number
            : throw new LoadException($"{name} {value}: a whole number from {min:N0} to {max:N0} is needed.");

    private static double Number(string name, string value) =>
        double.TryParse(value, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number) && number > 0
            ? number
            : throw new LoadException($"{name} {value}: a number above 0 is needed.");
}
