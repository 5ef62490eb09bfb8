using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace RawSse.Browser.Tests.Support;

/// <summary>The console page in one tab: where its parts are, and what it logged and requested.</summary>
internal sealed class ConsolePage : IAsyncDisposable
{
    private readonly List<string> _errors = [];
    private readonly List<string> _requests = [];

    private ConsolePage(IPage page)
    {
        Page = page;
        page.Console += (_, message) => Add(_errors, message.Type is "error" or "warning" ? $"{message.Type}: {message.Text}" : null);
        page.PageError += (_, error) => Add(_errors, error);
        page.Request += (_, request) => Add(_requests, request.Url);
    }

    public IPage Page { get; }

    /// <summary>Errors, warnings and uncaught exceptions so far.</summary>
    public IReadOnlyList<string> Errors => Copy(_errors);

    /// <summary>The URL of every request so far.</summary>
    public IReadOnlyList<string> Requests => Copy(_requests);

    public ILocator State => Page.GetByTestId("state");

    public ILocator Answer => Page.GetByTestId("answer");

    public ILocator Latency => Page.GetByTestId("latency");

    public ILocator Resumes => Page.GetByTestId("resumes");

    public ILocator Gaps => Page.GetByTestId("gaps");

    public ILocator Where => Page.GetByTestId("where");

    /// <summary>The rows of events, newest first.</summary>
    public ILocator Events => Page.GetByTestId("event");

    /// <summary>The rows of gaps, newest first.</summary>
    public ILocator GapRows => Page.GetByTestId("gap");

    public static async Task<ConsolePage> OpenAsync(IBrowserContext context, Uri url)
    {
        var console = new ConsolePage(await context.NewPageAsync());
        await console.Page.GotoAsync(url.AbsoluteUri);
        return console;
    }

    /// <summary>Waits until the connection state is <paramref name="state"/>.</summary>
    public Task WaitForStateAsync(string state) => Assertions.Expect(State).ToHaveAttributeAsync("data-state", state);

    public async Task AddChannelAsync(string text)
    {
        await Page.GetByTestId("channel-input").FillAsync(text);
        await Page.GetByTestId("channel-add").ClickAsync();
    }

    public Task RemoveChannelAsync(string name) =>
        Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = $"Remove channel {name}", Exact = true }).ClickAsync();

    public async Task AddTypeAsync(string name)
    {
        await Page.GetByTestId("type-input").FillAsync(name);
        await Page.GetByTestId("type-add").ClickAsync();
    }

    /// <summary>Publishes with the form and waits for the answer that it was stored.</summary>
    public async Task PublishAsync(string channel, string data, string type = "")
    {
        await Page.GetByTestId("publish-channel").FillAsync(channel);
        await Page.GetByTestId("publish-type").FillAsync(type);
        await Page.GetByTestId("publish-data").FillAsync(data);
        string before = await Answer.TextContentAsync() ?? "";
        await Page.GetByTestId("publish").ClickAsync();
        await Assertions.Expect(Answer).Not.ToHaveTextAsync(before);
        await Assertions.Expect(Answer).ToHaveTextAsync(new Regex(@"^Stored as \d+-\d+$"));
    }

    /// <summary>Waits until the newest event row holds <paramref name="data"/>.</summary>
    public Task WaitForNewestAsync(string data) =>
        Assertions.Expect(Events.First.Locator("td.data")).ToHaveTextAsync(data);

    /// <summary>Writes what helps to see why a test failed.</summary>
    public async Task ReportAsync()
    {
        string picture = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"{TestContext.CurrentContext.Test.ID}.png");
        TestContext.Out.WriteLine($"{Page.Url} ({picture})\n  {string.Join("\n  ", Errors)}");
        try
        {
            await Page.ScreenshotAsync(new PageScreenshotOptions { Path = picture });
            TestContext.AddTestAttachment(picture);
        }
        catch (Exception e) when (e is PlaywrightException or TimeoutException)
        {
            TestContext.Out.WriteLine($"No picture: {e.Message}");   // must not hide the failure that it was to show
        }
    }

    public async ValueTask DisposeAsync() => await Page.CloseAsync();

    private static void Add(List<string> list, string? text)
    {
        if (text is null)
            return;
        lock (list)
            list.Add(text);
    }

    private static string[] Copy(List<string> list)
    {
        lock (list)
            return [.. list];
    }
}
