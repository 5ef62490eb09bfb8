using System.Text.RegularExpressions;
using Microsoft.Playwright;
using RawSse.Browser.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace RawSse.Browser.Tests;

/// <summary>The console page for people who use a keyboard or a screen reader, in light and in dark.</summary>
public sealed class ConsoleAccessTests : BrowserTest
{
    // WCAG 2.2, 1.4.3: of each piece of text that is shown, against the nearest opaque background.
    private const string LowestContrast = """
        () => {
          const parse = c => (c.match(/[\d.]+/g) ?? []).map(Number);
          const light = c => { const [r, g, b] = c.map(v => (v /= 255) <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4); return .2126 * r + .7152 * g + .0722 * b; };
          const ground = e => { for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor); if (c.length === 3) return c; } return [255, 255, 255]; };
          let lowest = { ratio: 21, text: '' };
          const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          while (walk.nextNode()) {
            const e = walk.currentNode.parentElement, text = walk.currentNode.data.trim();
            if (!text || !e.checkVisibility() || e.closest('script, style, option')) continue;
            const a = light(parse(getComputedStyle(e).color).slice(0, 3)), b = light(ground(e));
            const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
            if (ratio < lowest.ratio) lowest = { ratio, text };
          }
          return JSON.stringify(lowest);
        }
        """;

    private const string Nameless = """
        () => [...document.querySelectorAll('button, input, select, textarea, [role=img], [role=region], ul, table')]
          .filter(e => !(e.getAttribute('aria-label') || e.getAttribute('aria-labelledby') || e.labels?.length
            || (e.tagName === 'BUTTON' && e.textContent.trim()) || e.tagName === 'TABLE'))
          .map(e => e.outerHTML)
        """;

    [Test]
    public async Task The_keyboard_alone_picks_a_channel_and_publishes()
    {
        ServerProcess server = await StartServerAsync();
        ConsolePage console = await OpenConsoleAsync(server.Url, "c=news");
        await console.WaitForStateAsync("live");
        IKeyboard keyboard = console.Page.Keyboard;

        await TabToAsync(console, "channel-input");
        await keyboard.TypeAsync("prices");
        await keyboard.PressAsync("Enter");
        await Expect(console.Where).ToHaveTextAsync("GET /events?channel=news&channel=prices");
        await console.WaitForStateAsync("live");

        await TabToAsync(console, "publish-channel");
        await keyboard.PressAsync("Control+A");
        await keyboard.TypeAsync("prices");
        await TabToAsync(console, "publish-data");
        await keyboard.PressAsync("Control+A");
        await keyboard.TypeAsync("by keyboard");
        await keyboard.PressAsync("Control+Enter");
        await console.WaitForNewestAsync("by keyboard");

        await TabToAsync(console, "publish");
        await keyboard.PressAsync("Enter");
        await Expect(console.Events).ToHaveCountAsync(2);
        await TabToAsync(console, "pause");
        await keyboard.PressAsync("Space");
        await Expect(console.Page.GetByTestId("pause")).ToHaveAttributeAsync("aria-pressed", "true");
        Assert.That(console.Errors, Is.Empty);
    }

    [Test]
    public async Task Every_control_has_a_name_and_what_changes_is_said_politely()
    {
        ServerProcess server = await StartServerAsync();
        ConsolePage console = await OpenConsoleAsync(server.Url, "c=news&c=prices");
        await console.WaitForStateAsync("live");
        Assert.That(await console.Page.EvaluateAsync<string[]>(Nameless), Is.Empty);
        ILocator status = console.Page.GetByTestId("say");
        await Expect(status).ToHaveAttributeAsync("aria-live", "polite");
        await Expect(status).ToContainTextAsync("Stream live");

        await server.PublishAsync("news", "an event");
        await console.WaitForNewestAsync("an event");
        await Expect(status).Not.ToContainTextAsync("an event");
    }

    [TestCase(ColorScheme.Light)]
    [TestCase(ColorScheme.Dark)]
    public async Task Text_has_enough_contrast(ColorScheme scheme)
    {
        int port = ServerProcess.FreePort();
        ServerProcess server = Own(await ServerProcess.StartAsync(["--retry", "100ms"], port));
        IBrowserContext context = await NewContextAsync(new BrowserNewContextOptions { ColorScheme = scheme });
        ConsolePage console = await OpenConsoleAsync(server.Url, "c=news&t=update", context);
        await console.WaitForStateAsync("live");
        await console.PublishAsync("news", "an event");
        await console.WaitForNewestAsync("an event");
        await server.KillAsync();
        await console.WaitForStateAsync("reconnecting");
        await AssertContrastAsync(console);
        Own(await ServerProcess.StartAsync(["--retry", "100ms"], port));
        await console.WaitForStateAsync("live");
        await Expect(console.GapRows).ToHaveCountAsync(1);
        await AssertContrastAsync(console);
        await console.AddChannelAsync("{bad}");
        await console.WaitForStateAsync("refused");
        await AssertContrastAsync(console);
    }

    [Test]
    public async Task Light_and_dark_differ_and_less_motion_is_respected()
    {
        ServerProcess server = await StartServerAsync();
        IBrowserContext context = await NewContextAsync(new BrowserNewContextOptions { ReducedMotion = ReducedMotion.Reduce });
        ConsolePage console = await OpenConsoleAsync(server.Url, "c=news", context);
        await console.WaitForStateAsync("live");
        const string Background = "() => getComputedStyle(document.documentElement).backgroundColor";
        string light = await console.Page.EvaluateAsync<string>(Background);
        await console.Page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = ColorScheme.Dark });
        Assert.That(await console.Page.EvaluateAsync<string>(Background), Is.Not.EqualTo(light));
        Assert.That(await console.Page.EvaluateAsync<int>("() => document.getAnimations().length"), Is.Zero);
    }

    [Test]
    public async Task The_plots_are_drawn_and_told()
    {
        ServerProcess server = await StartServerAsync();
        ConsolePage console = await OpenConsoleAsync(server.Url, "c=news");
        await console.WaitForStateAsync("live");
        await console.PublishAsync("news", "an event");
        await Expect(console.Page.GetByTestId("plot-latency")).ToHaveAttributeAsync("aria-label", new Regex(@"[\d.]+ (ms|s)"));
        await Expect(console.Page.GetByTestId("plot-rate")).ToHaveAttributeAsync("aria-label", new Regex("at most [1-9]"));
        const string Colours = "c => new Set(new Uint32Array(c.getContext('2d').getImageData(0, 0, c.width, c.height).data.buffer)).size";
        Assert.That(await console.Page.GetByTestId("plot-latency").EvaluateAsync<int>(Colours), Is.GreaterThan(2));
        Assert.That(await console.Page.GetByTestId("plot-rate").EvaluateAsync<int>(Colours), Is.GreaterThan(2));
    }

    private static async Task AssertContrastAsync(ConsolePage console)
    {
        string lowest = await console.Page.EvaluateAsync<string>(LowestContrast);
        double ratio = System.Text.Json.JsonDocument.Parse(lowest).RootElement.GetProperty("ratio").GetDouble();
        Assert.That(ratio, Is.GreaterThanOrEqualTo(4.5), lowest);
    }

    private static async Task TabToAsync(ConsolePage console, string testId)
    {
        for (int i = 0; i < 40; i++)
        {
            await console.Page.Keyboard.PressAsync("Tab");
            if (await console.Page.EvaluateAsync<string?>("() => document.activeElement?.dataset.testid ?? null") == testId)
                return;
        }

        Assert.Fail($"Tab does not reach {testId}.");
    }
}
