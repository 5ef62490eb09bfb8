using System.Text.RegularExpressions;
using Microsoft.Playwright;
using RawSse.Browser.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace RawSse.Browser.Tests;

/// <summary>The console page as a person uses it, in a real Chromium.</summary>
public sealed class ConsolePageTests : BrowserTest
{
    [Test]
    public async Task A_picked_channel_shows_what_is_published_and_how_long_it_took()
    {
        ServerProcess server = await StartServerAsync();
        ConsolePage console = await OpenConsoleAsync(server.Url);
        await console.WaitForStateAsync("live");
        await console.AddChannelAsync("user:42/ü %");
        await console.RemoveChannelAsync("news");
        await console.WaitForStateAsync("live");
        await Expect(console.Where).ToHaveTextAsync("GET /events/user%3A42%2F%C3%BC%20%25");

        await console.PublishAsync("user:42/ü %", "first\nsecond", "update");

        await console.WaitForNewestAsync("first\nsecond");
        await Expect(console.Events).ToHaveCountAsync(1);
        await Expect(console.Events.First.Locator("td.type")).ToHaveTextAsync("update");
        await Expect(console.Events.First.Locator("td.lat.own")).ToHaveTextAsync(new Regex(@"^[\d.]+ (ms|s)$"));
        await Expect(console.Latency).ToHaveAttributeAsync("data-kind", "own");
        await Expect(console.Latency).ToHaveTextAsync(new Regex(@"^[\d.]+ (ms|s)$"));
        Assert.That(console.Errors, Is.Empty);
        string[] schemes = [server.Url.AbsoluteUri, "data:"];
        Assert.That(console.Requests.Where(url => !schemes.Any(s => url.StartsWith(s, StringComparison.Ordinal))), Is.Empty);
    }

    [Test]
    public async Task Two_tabs_both_see_an_event_and_each_watches_what_it_likes()
    {
        ServerProcess server = await StartServerAsync();
        IBrowserContext context = await NewContextAsync();
        ConsolePage one = await OpenConsoleAsync(server.Url, "c=news", context);
        ConsolePage two = await OpenConsoleAsync(server.Url, "c=news&c=prices", context);
        await one.WaitForStateAsync("live");
        await two.WaitForStateAsync("live");

        await one.PublishAsync("news", "to both");
        await one.WaitForNewestAsync("to both");
        await two.WaitForNewestAsync("to both");
        await Expect(two.Events.First.Locator("td.lat:not(.own)")).ToHaveTextAsync(new Regex("^≈ "));

        await two.PublishAsync("prices", "to the second");
        await two.WaitForNewestAsync("to the second");
        await two.PublishAsync("news", "to both again");
        await one.WaitForNewestAsync("to both again");
        await Expect(one.Events).ToHaveCountAsync(2);
        await Expect(two.Events).ToHaveCountAsync(3);
        Assert.That(one.Errors.Concat(two.Errors), Is.Empty);
    }

    [Test]
    public async Task Several_channels_come_on_one_stream_and_each_event_names_its_channel()
    {
        ServerProcess server = await StartServerAsync();
        ConsolePage console = await OpenConsoleAsync(server.Url, "none");
        await console.WaitForStateAsync("idle");
        await console.AddChannelAsync("b, a/1, ü");
        await console.WaitForStateAsync("live");
        await Expect(console.Where).ToHaveTextAsync("GET /events?channel=b&channel=a%2F1&channel=%C3%BC");

        foreach (string channel in (string[])["ü", "a/1", "b", "b", "ü"])
        {
            await console.PublishAsync(channel, "to " + channel);
            await console.WaitForNewestAsync("to " + channel);
            await Expect(console.Events.First.Locator("td.col-channel")).ToHaveTextAsync(channel);
            await Expect(console.Events.First.Locator("td.lat.own")).ToHaveCountAsync(1);
        }

        Assert.That(console.Requests.Count(url => url.Contains("channel=", StringComparison.Ordinal)), Is.EqualTo(1));
        Assert.That(console.Errors, Is.Empty);
    }

    [Test]
    public async Task A_type_is_shown_once_it_is_asked_for_and_a_reload_remembers_it()
    {
        ServerProcess server = await StartServerAsync();
        ConsolePage console = await OpenConsoleAsync(server.Url, "c=news");
        await console.WaitForStateAsync("live");
        await server.PublishAsync("news", "unheard", "price");
        await server.PublishAsync("news", "heard");
        await console.WaitForNewestAsync("heard");
        await Expect(console.Events).ToHaveCountAsync(1);

        await console.AddTypeAsync("price");
        await server.PublishAsync("news", "heard now", "price");
        await console.WaitForNewestAsync("heard now");

        await console.Page.ReloadAsync();
        await console.WaitForStateAsync("live");
        await server.PublishAsync("news", "heard after the reload", "price");
        await console.WaitForNewestAsync("heard after the reload");
        await Expect(console.Events).ToHaveCountAsync(1);
    }

    [Test]
    public async Task It_can_begin_with_history()
    {
        ServerProcess server = await StartServerAsync();
        for (int i = 1; i <= 25; i++)
            await server.PublishAsync("news", $"event {i}");
        ConsolePage console = await OpenConsoleAsync(server.Url, "c=news");
        await console.WaitForStateAsync("live");
        await console.Page.GetByTestId("start").SelectOptionAsync("last=20");
        await Expect(console.Events).ToHaveCountAsync(20);
        await console.Page.GetByTestId("start").SelectOptionAsync("from=earliest");
        await Expect(console.Events).ToHaveCountAsync(45);
        await console.WaitForNewestAsync("event 25");
    }

    [Test]
    public async Task A_refused_publish_shows_what_to_change()
    {
        ServerProcess server = await StartServerAsync();
        ConsolePage console = await OpenConsoleAsync(server.Url, "c=news");
        await console.WaitForStateAsync("live");
        await console.Page.GetByTestId("publish-type").FillAsync("rawsse.mine");
        await console.Page.GetByTestId("publish").ClickAsync();
        await Expect(console.Answer).ToHaveTextAsync(new Regex("^400: .+"));
        await Expect(console.Answer).ToHaveClassAsync("bad");
        await console.WaitForStateAsync("live");
        await Expect(console.Page.GetByTestId("types")).Not.ToContainTextAsync("rawsse.mine");
    }

    [Test]
    public async Task A_refused_stream_shows_why()
    {
        ServerProcess server = await StartServerAsync();
        ConsolePage console = await OpenConsoleAsync(server.Url, "c=%7Bbad%7D");
        await console.WaitForStateAsync("refused");
        await Expect(console.Page.GetByTestId("why")).Not.ToBeEmptyAsync();
        await console.AddChannelAsync("good");
        await console.RemoveChannelAsync("{bad}");
        await console.WaitForStateAsync("live");
        await Expect(console.Page.GetByTestId("why")).ToBeEmptyAsync();
    }

    [Test]
    public async Task A_flood_is_counted_whole_and_listed_in_bounds()
    {
        ServerProcess server = await StartServerAsync();
        ConsolePage console = await OpenConsoleAsync(server.Url, "c=news");
        await console.WaitForStateAsync("live");
        await server.PublishManyAsync("news", Enumerable.Range(1, 5_000).Select(i => $"event {i}"));
        await Expect(console.Page.GetByTestId("total")).ToHaveTextAsync("5,000");
        await console.WaitForNewestAsync("event 5000");
        await Expect(console.Events).ToHaveCountAsync(200);
        Assert.That(console.Errors, Is.Empty);
    }

    [Test]
    public async Task A_paused_list_stands_still_and_loses_nothing()
    {
        ServerProcess server = await StartServerAsync();
        ConsolePage console = await OpenConsoleAsync(server.Url, "c=news");
        await console.WaitForStateAsync("live");
        ILocator pause = console.Page.GetByTestId("pause");
        await pause.ClickAsync();
        await Expect(pause).ToHaveAttributeAsync("aria-pressed", "true");
        await console.PublishAsync("news", "while paused");
        await Expect(console.Page.GetByText("paused, 1 new")).ToBeVisibleAsync();
        await Expect(console.Events).ToHaveCountAsync(0);
        await pause.ClickAsync();
        await console.WaitForNewestAsync("while paused");
        await console.Page.GetByTestId("clear").ClickAsync();
        await Expect(console.Events).ToHaveCountAsync(0);
    }
}
