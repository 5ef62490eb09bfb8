using System.Reflection;
using RawSse.Server.Hosting;

namespace RawSse.Server.Tests.Hosting;

public sealed class OptionTableTests
{
    [Test]
    public void It_has_every_property_of_the_options_once_and_in_their_order()
    {
        string[] properties = [.. typeof(RawSseOptions).GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(p => p.Name)];
        Assert.That(OptionTable.All.Select(option => option.Property), Is.EqualTo(properties));
    }

    [Test]
    public void The_cases_of_these_tests_cover_it() =>
        Assert.That(OptionCase.All.Select(option => option.Name), Is.EqualTo(OptionTable.All.Select(option => option.Name)));

    [TestCaseSource(typeof(OptionCase), nameof(OptionCase.All))]
    public void The_default_is_that_of_the_contract(OptionCase option) =>
        Assert.That(OptionTable.ByName(option.Name)!.Default, Is.EqualTo(option.Default));

    [TestCaseSource(typeof(OptionCase), nameof(OptionCase.All))]
    public void The_default_is_allowed_and_read_as_itself(OptionCase option)
    {
        var descriptor = OptionTable.ByName(option.Name)!;
        var options = new RawSseOptions();
        Assert.That(descriptor.IsAllowed(options), Is.True);
        Assert.That(descriptor.TrySet(options, [option.One]), Is.True);
        Assert.That(descriptor.TrySet(options, [option.Default]), Is.True);
        Assert.That(descriptor.Print(options), Is.EqualTo(option.Default));
    }

    [TestCaseSource(typeof(OptionCase), nameof(OptionCase.All))]
    public void Setting_an_option_changes_its_property_and_no_other(OptionCase option)
    {
        var options = new RawSseOptions();
        Assert.That(OptionTable.ByName(option.Name)!.TrySet(options, [option.One]), Is.True);
        Assert.That(
            OptionTable.All.Where(other => other.Print(options) != other.Default).Select(other => other.Name),
            Is.EqualTo(new[] { option.Name }));
    }

    [TestCaseSource(typeof(OptionCase), nameof(OptionCase.Refusals))]
    public void A_refused_value_sets_nothing(OptionCase option, string text)
    {
        var descriptor = OptionTable.ByName(option.Name)!;
        var options = new RawSseOptions();
        if (option.Name == "max-lag" && text == "512")
            Assert.That(descriptor.TrySet(options, [text]), Is.True, "only its relation to max-event-bytes refuses it");
        else
        {
            Assert.That(descriptor.TrySet(options, [text]), Is.False);
            Assert.That(descriptor.Print(options), Is.EqualTo(option.Default));
        }
    }

    [TestCase("redis-url")]
    [TestCase("pub-sub")]
    [TestCase("cors-origin")]
    [TestCase("MAX-LAG")]
    [TestCase("config")]
    [TestCase("effective-listen")]
    public void Other_names_are_no_options(string name) => Assert.That(OptionTable.ByName(name), Is.Null);

    [TestCase("max-lag")]
    [TestCase("maxLag")]
    [TestCase("MaxLag")]
    public void A_key_is_kebab_case_or_the_property(string key) =>
        Assert.That(OptionTable.ByKey(key)?.Property, Is.EqualTo(nameof(RawSseOptions.MaxLag)));

    [TestCase("pubsub")]
    [TestCase("pubSub")]
    [TestCase("PubSub")]
    public void A_name_of_its_own_is_a_key_beside_the_property(string key) =>
        Assert.That(OptionTable.ByKey(key)?.Property, Is.EqualTo(nameof(RawSseOptions.PubSub)));
}
