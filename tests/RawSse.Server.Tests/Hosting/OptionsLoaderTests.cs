using System.Text.Json;
using RawSse.Server.Hosting;

namespace RawSse.Server.Tests.Hosting;

public sealed class OptionsLoaderTests
{
    private string _file = "";

    [SetUp]
    public void NameAFile() => _file = Path.Combine(Path.GetTempPath(), $"rawsse-{Guid.NewGuid():N}.json");

    [TearDown]
    public void DeleteTheFile() => File.Delete(_file);

    [Test]
    public void Nothing_given_means_the_defaults()
    {
        var (verb, options) = Load();
        Assert.That(verb, Is.EqualTo(CommandVerb.Serve));
        Assert.That(ConfigPrinter.Print(options), Is.EqualTo(ConfigPrinter.Print(new RawSseOptions())));
    }

    [TestCaseSource(typeof(OptionCase), nameof(OptionCase.All))]
    public void A_flag_sets_it_with_a_space_and_with_an_equals_sign(OptionCase option)
    {
        Assert.That(Print(option, Load([$"--{option.Name}", option.One, .. Wide(option)])), Is.EqualTo(option.One));
        Assert.That(Print(option, Load([$"--{option.Name}={option.Other}", .. Wide(option)])), Is.EqualTo(option.Other));
    }

    [TestCaseSource(typeof(OptionCase), nameof(OptionCase.All))]
    public void The_environment_sets_it(OptionCase option) =>
        Assert.That(Print(option, Load(Wide(option), (option.Variable, option.Other))), Is.EqualTo(option.Other));

    [TestCaseSource(typeof(OptionCase), nameof(OptionCase.All))]
    public void The_file_sets_it_by_either_key(OptionCase option)
    {
        Assert.That(Print(option, LoadFile(Json(option.Name, option.Other), Wide(option))), Is.EqualTo(option.Other));
        Assert.That(Print(option, LoadFile(Json(option.CamelKey, option.Other), Wide(option))), Is.EqualTo(option.Other));
    }

    [TestCaseSource(typeof(OptionCase), nameof(OptionCase.All))]
    public void Flags_win_over_the_environment_and_that_over_the_file(OptionCase option)
    {
        string json = Json(option.Name, option.Default);
        Assert.That(Print(option, LoadFile(json, Wide(option), (option.Variable, option.One))), Is.EqualTo(option.One));
        string[] flags = [$"--{option.Name}", option.Other, .. Wide(option)];
        Assert.That(Print(option, LoadFile(json, flags, (option.Variable, option.One))), Is.EqualTo(option.Other));
        Assert.That(Print(option, LoadFile(Json(option.Name, option.One), [$"--{option.Name}", option.Default])), Is.EqualTo(option.Default));
    }

    [TestCaseSource(typeof(OptionCase), nameof(OptionCase.Refusals))]
    public void A_value_out_of_bounds_is_refused_in_one_line_that_names_it(OptionCase option, string text)
    {
        AssertNames(option, text, Refusal([$"--{option.Name}={text}"]));
        AssertNames(option, text, Refusal([], (option.Variable, text)));
        File.WriteAllText(_file, Json(option.Name, text));
        AssertNames(option, text, Refusal(["--config", _file]));
    }

    [TestCaseSource(typeof(OptionCase), nameof(OptionCase.All))]
    public void A_flag_without_a_value_is_refused_unless_it_is_a_switch(OptionCase option)
    {
        if (option.Name == "anonymous-publish")
            Assert.That(Load(["--anonymous-publish"]).Options.AnonymousPublish, Is.True);
        else
            Assert.That(Refusal([$"--{option.Name}"]), Does.StartWith($"--{option.Name} ").And.Contain("no value").Or.Contain("''"));
    }

    [Test]
    public void A_flag_that_is_not_a_list_is_refused_the_second_time() =>
        Assert.That(Refusal(["--heartbeat", "2s", "--heartbeat", "3s"]), Does.StartWith("--heartbeat is '3s' (for the second time)"));

    [Test]
    public void A_list_is_the_flag_repeated_and_replaces_what_lower_layers_gave()
    {
        var options = LoadFile(
            """{"listen": ["127.0.0.1:1", "127.0.0.1:2", "127.0.0.1:3"]}""",
            ["--listen", "127.0.0.1:4", "--listen=[::1]:5"], ("RAWSSE_LISTEN", "127.0.0.1:6")).Options;
        Assert.That(options.Listen, Is.EqualTo(new[] { "127.0.0.1:4", "[::1]:5" }));
    }

    [Test]
    public void Seventeen_listeners_are_one_too_many() =>
        Assert.That(Refusal(["--listen", string.Join(',', Enumerable.Range(1, 17).Select(i => $"127.0.0.1:{i}"))]), Does.Contain("1 to 16"));

    [TestCase("--reds")]
    [TestCase("--nope")]
    [TestCase("-x")]
    [TestCase("--Heartbeat")]
    [TestCase("--effective-listen")]
    [TestCase("serve")]
    public void An_unknown_flag_is_refused(string flag) =>
        Assert.That(Refusal([flag, "1"]), Does.Contain($"'{flag}' is unknown").And.Contain("--help"));

    [TestCase("RAWSSE_REDIS_URL")]
    [TestCase("RAWSSE_HEARTBEATS")]
    [TestCase("RAWSSE_")]
    [TestCase("RAWSSE_heartbeat")]
    public void An_unknown_variable_with_our_prefix_is_refused(string name) =>
        Assert.That(Refusal([], (name, "1s")), Does.Contain($"'{name}' is unknown"));

    [Test]
    public void Other_variables_are_nobodys_business() =>
        Assert.That(() => Load([], ("REDIS", "x"), ("rawsse_heartbeat", "x"), ("PATH", "x")), Throws.Nothing);

    [TestCase("""{"reds": "x"}""", "'reds' is unknown")]
    [TestCase("""{"redis": "x"}""", "--redis is 'x'")]
    [TestCase("""{"subscribe": ["pattern:a", "b"]}""", "--subscribe is 'pattern:a,b'")]
    [TestCase("""{"RAWSSE_HEARTBEAT": "1s"}""", "'RAWSSE_HEARTBEAT' is unknown")]
    [TestCase("""{"listen": {"a": "b"}}""", "--listen is '{\"a\": \"b\"}'")]
    [TestCase("""{"heartbeat": null}""", "--heartbeat is 'null'")]
    [TestCase("""{"heartbeat": 15}""", "--heartbeat is '15'")]
    [TestCase("""{"heartbeat": ["1s", "2s"]}""", "--heartbeat is '1s,2s'")]
    [TestCase("""{"listen": []}""", "--listen is ''")]
    [TestCase("""{"max-lag": "1MiB", "maxLag": "1MiB"}""", "--max-lag is '1MiB'")]
    [TestCase("[]", "--config is '")]
    [TestCase("", "--config is '")]
    [TestCase("{", "--config is '")]
    public void A_file_that_cannot_be_used_is_refused(string json, string line)
    {
        File.WriteAllText(_file, json);
        Assert.That(Refusal(["--config", _file]), Does.Contain(line).And.Contain("allowed").And.Contain(_file));
    }

    [Test]
    public void A_file_that_is_not_there_is_refused() =>
        Assert.That(Refusal(["--config", _file]), Does.StartWith($"--config is '{_file}'").And.Contain("can be read"));

    [Test]
    public void A_directory_is_no_file() =>
        Assert.That(Refusal(["--config", Path.GetTempPath()]), Does.StartWith("--config is '").And.Contain("can be read"));

    [Test]
    public void A_file_over_1MiB_is_refused()
    {
        File.WriteAllText(_file, "{}" + new string(' ', 1 << 20));
        Assert.That(Refusal(["--config", _file]), Does.Contain("at most 1MiB"));
    }

    [Test]
    public void A_file_may_have_comments_trailing_commas_and_plain_numbers()
    {
        var options = LoadFile("""
            {
              // a comment
              "max-lag": 1048576, "maxLength": 5, "anonymous-publish": true,
            }
            """).Options;
        Assert.That((options.MaxLag, options.MaxLength, options.AnonymousPublish), Is.EqualTo((1 << 20, 5, true)));
    }

    [Test]
    public void The_environment_may_name_the_file_and_a_flag_another()
    {
        File.WriteAllText(_file, """{"shards": 3}""");
        Assert.That(Load([], ("RAWSSE_CONFIG", _file)).Options.Shards, Is.EqualTo(3));
        Assert.That(Load(["--config", _file], ("RAWSSE_CONFIG", "/nowhere")).Options.Shards, Is.EqualTo(3));
    }

    [TestCase("--config")]
    [TestCase("--config", "a", "--config", "b")]
    public void There_is_one_file(params string[] args) => Assert.That(Refusal(args), Does.StartWith("--config is '"));

    [TestCase(CommandVerb.Help, "--help")]
    [TestCase(CommandVerb.Help, "-h")]
    [TestCase(CommandVerb.Help, "--heartbeat", "nonsense", "--nope", "--help")]
    [TestCase(CommandVerb.Version, "--version")]
    [TestCase(CommandVerb.PrintConfig, "--print-config")]
    [TestCase(CommandVerb.PrintConfig, "--heartbeat", "1s", "--print-config")]
    [TestCase(CommandVerb.Serve, "--heartbeat", "1s")]
    public void A_flag_may_ask_for_something_else_than_serving(object verb, params string[] args) =>
        Assert.That(Load(args).Verb, Is.EqualTo(verb));

    [TestCase("--version", "x")]
    [TestCase("--print-config", "x")]
    public void Such_a_flag_has_no_value(params string[] args) => Assert.That(Refusal(args), Does.Contain("'x'"));

    [Test]
    public void A_value_with_control_characters_is_quoted_on_one_line() =>
        Assert.That(Refusal(["--heartbeat", "1\r\n\u2028s"]), Does.StartWith(@"--heartbeat is '1\u000d\u000a\u2028s'"));

    [Test]
    public void A_long_value_is_cut() => Assert.That(Refusal(["--heartbeat", new string('9', 10_000)]).Length, Is.LessThan(200));

    [Test]
    public void Redis_has_a_variable_that_hosting_platforms_set_above_the_file_and_below_ours()
    {
        Assert.That(Load([], ("REDIS_URL", "redis://h1")).Options.Redis, Is.EqualTo("redis://h1"));
        Assert.That(LoadFile("""{"redis": "redis://h0"}""", [], ("REDIS_URL", "redis://h1")).Options.Redis, Is.EqualTo("redis://h1"));
        Assert.That(Load([], ("REDIS_URL", "redis://h1"), ("RAWSSE_REDIS", "redis://h2")).Options.Redis, Is.EqualTo("redis://h2"));
        Assert.That(Load([], ("REDIS_URL", "not ours"), ("RAWSSE_REDIS", "off")).Options.Redis, Is.Null);
        Assert.That(Load(["--redis=redis://h3"], ("REDIS_URL", "redis://h1")).Options.Redis, Is.EqualTo("redis://h3"));
        // Not ignored: a node on the embedded store would serve, and the others would never hear of it.
        Assert.That(Refusal([], ("REDIS_URL", "")), Does.StartWith("--redis is '' (REDIS_URL); allowed: "));
    }

    [TestCase("--redis", "redis://me:s3cret@127.0.0.1:nope")]
    [TestCase("--redis", "s3cret://me:s3cret@h")]
    [TestCase("--reds", "redis://:s3cret@h")]
    [TestCase("--redis=redis://h", "redis://:s3cret@h")]
    [TestCase("--heartbeat", "redis://:s3cret@h")]
    [TestCase("--redis=redis://a", "--redis=redis://:s3cret@h")]
    [TestCase("--redis", "redis://:s3cret@127.0.0.1", "--pubsub", "sharded")]
    public void A_refusal_never_tells_a_password(params string[] args) =>
        Assert.That(Refusal(args).Replace("'s3cret://", "", StringComparison.Ordinal), Does.Not.Contain("s3cret"));

    [Test]
    public void The_configuration_is_printed_without_the_password()
    {
        string printed = ConfigPrinter.Print(Load(["--redis", "rediss://me:s3cret@127.0.0.1:6380/3"]).Options);
        Assert.That(printed, Does.Contain("me:").And.Contain("127.0.0.1:6380").And.Not.Contain("s3cret"));
        Assert.That(() => LoadFile(printed), Throws.Nothing);
    }

    [Test]
    public void Sixteen_patterns_are_enough_and_globs_may_have_commas()
    {
        string[] sixteen = [.. Enumerable.Range(0, 16).Select(i => $"pattern:a,{i}")];
        string[] args = ["--redis", "redis://h", "--subscribe", string.Join(',', sixteen)];
        Assert.That(Load(args).Options.Subscribe, Is.EqualTo(sixteen));
        Assert.That(Refusal([.. args, "--subscribe", "pattern:b"]), Does.Contain("at most 16"));
    }

    [Test]
    public void An_empty_list_of_patterns_undoes_a_lower_layer()
    {
        string json = """{"redis": "redis://h", "subscribe": ["pattern:a", "pattern:b"]}""";
        Assert.That(LoadFile(json).Options.Subscribe, Is.EqualTo(new[] { "pattern:a", "pattern:b" }));
        Assert.That(LoadFile(json, ["--subscribe", "off"]).Options.Subscribe, Is.Empty);
        Assert.That(LoadFile("""{"subscribe": [], "hash-tags": false}""").Options.HashTags, Is.EqualTo(HashTagMode.Off));
    }

    [TestCaseSource(typeof(OptionCase), nameof(OptionCase.All))]
    public void What_is_printed_is_accepted_again(OptionCase option)
    {
        foreach (string text in (string[])[option.Default, option.One, option.Other])
        {
            string printed = ConfigPrinter.Print(Load([$"--{option.Name}={text}", .. Wide(option)]).Options);
            Assert.That(ConfigPrinter.Print(LoadFile(printed).Options), Is.EqualTo(printed));
        }
    }

    /// <summary>Flags that keep the other side of a relation out of the way of a value.</summary>
    private static string[] Wide(OptionCase option) => option.Name switch
    {
        "max-event-bytes" => ["--channel-bytes", "1GiB", "--memory", "1GiB"],
        "hash-tags" or "publish-replicas" or "subscribe" => ["--redis", "redis://127.0.0.1"],
        "pubsub" => ["--redis", "redis+cluster://127.0.0.1"],
        _ => [],
    };

    private static string Print(OptionCase option, LoadedOptions loaded) => OptionTable.ByName(option.Name)!.Print(loaded.Options);

    private static string Json(string key, string value) => JsonSerializer.Serialize(new Dictionary<string, string> { [key] = value });

    private static LoadedOptions Load(string[]? args = null, params (string Name, string Value)[] environment) =>
        OptionsLoader.Load(args ?? [], environment.ToDictionary(pair => pair.Name, pair => pair.Value));

    private LoadedOptions LoadFile(string json, string[]? args = null, params (string Name, string Value)[] environment)
    {
        File.WriteAllText(_file, json);
        return Load(["--config", _file, .. args ?? []], environment);
    }

    private static string Refusal(string[] args, params (string Name, string Value)[] environment)
    {
        string line = Assert.Throws<OptionException>(() => Load(args, environment)).Message;
        Assert.That(line, Does.Contain("; allowed: ").And.Not.Contains('\n'));
        return line;
    }

    private static void AssertNames(OptionCase option, string text, string line)
    {
        Assert.That(line, Does.StartWith($"--{option.Name} is '{text}'").And.Contain("; allowed: "));
        Assert.That(line.Split("; allowed: ")[1], Is.Not.Empty);
    }
}
