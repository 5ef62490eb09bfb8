using System.Text.Json;
using System.Text.RegularExpressions;
using RawSse.Browser.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace RawSse.Browser.Tests;

/// <summary>What a real browser's EventSource makes of cuts, restarts and refusals.</summary>
public sealed class ResumeTests : BrowserTest
{
    private const int Cuts = 5;
    private const int Batch = 200;

    [TestCase("/events/a")]
    [TestCase("/events?channel=b&channel=a")]
    public async Task After_cuts_a_stream_goes_on_without_loss_or_repeats(string target)
    {
        ServerProcess server = await StartServerAsync("--retry", "100ms");
        ChaosProxy proxy = Own(new ChaosProxy(server.Url));
        ConsolePage console = await OpenConsoleAsync(proxy.Url, "none");
        Recorder recorder = await Recorder.StartAsync(console.Page, target);

        // The publisher works on its own, but never so far ahead that the browser has time for nothing else.
        const int Total = Cuts * 2 * Batch;
        using var allowed = new SemaphoreSlim(0);
        Task publisher = PublishNumbersAsync(server, Total, allowed);
        for (int cut = 1; cut <= Cuts; cut++)
        {
            int before = await recorder.CountAsync();
            allowed.Release(Batch);
            await recorder.WaitForEventsAsync(before + 1);
            proxy.CutAll();
            allowed.Release(Batch);
            await recorder.WaitForOpensAsync(cut + 1);
        }

        await publisher;
        await recorder.WaitForDataAsync($"{Total}");

        IReadOnlyList<ReadEvent> events = await recorder.EventsAsync();
        Assert.That(events.Select(e => e.Data), Is.EqualTo(Enumerable.Range(1, Total).Select(i => $"{i}")));
        Assert.That(events.Select(e => e.Id), Is.Unique);
        Assert.That(await recorder.GapsAsync(), Is.Empty);
        Assert.That(await recorder.OpensAsync(), Is.EqualTo(Cuts + 1));
    }

    [Test]
    public async Task A_stream_cut_before_its_first_event_misses_nothing()
    {
        ServerProcess server = await StartServerAsync("--retry", "1s");
        ChaosProxy proxy = Own(new ChaosProxy(server.Url));
        ConsolePage console = await OpenConsoleAsync(proxy.Url, "none");
        Recorder recorder = await Recorder.StartAsync(console.Page, "/events/a");
        proxy.CutAll();
        await recorder.WaitForErrorsAsync(1);
        await server.PublishAsync("a", "while away");
        await recorder.WaitForOpensAsync(2);
        await recorder.WaitForEventsAsync(1);
        Assert.That((await recorder.EventsAsync()).Select(e => e.Data), Is.EqualTo(["while away"]));
        Assert.That(await recorder.GapsAsync(), Is.Empty);
    }

    [Test]
    public async Task The_console_shows_where_it_resumed()
    {
        ServerProcess server = await StartServerAsync("--retry", "100ms");
        ChaosProxy proxy = Own(new ChaosProxy(server.Url));
        ConsolePage console = await OpenConsoleAsync(proxy.Url, "c=news");
        await console.WaitForStateAsync("live");
        string last = await server.PublishAsync("news", "before");
        await console.WaitForNewestAsync("before");
        proxy.CutAll();
        await Expect(console.Resumes).ToHaveTextAsync("1");
        await console.WaitForStateAsync("live");
        await Expect(console.Page.GetByTestId("resumed-from")).ToHaveTextAsync("from " + last);
        await Expect(console.Page.GetByTestId("note")).ToContainTextAsync("Resumed from " + last);
        await server.PublishAsync("news", "after");
        await console.WaitForNewestAsync("after");
        await Expect(console.Events).ToHaveCountAsync(2);
        await Expect(console.Gaps).ToHaveTextAsync("0");
    }

    [Test]
    public async Task Disconnecting_by_hand_and_connecting_again_goes_on_from_the_last_event()
    {
        ServerProcess server = await StartServerAsync();
        ConsolePage console = await OpenConsoleAsync(server.Url, "c=news");
        await console.WaitForStateAsync("live");
        await console.PublishAsync("news", "before");
        await console.WaitForNewestAsync("before");
        await console.Page.GetByTestId("connect").ClickAsync();
        await console.WaitForStateAsync("stopped");
        await server.PublishAsync("news", "while away");
        await console.Page.GetByTestId("connect").ClickAsync();
        await console.WaitForNewestAsync("while away");
        await Expect(console.Events).ToHaveCountAsync(2);
        Assert.That(console.Errors, Is.Empty);
    }

    [Test]
    public async Task After_a_restart_without_the_history_the_console_shows_the_gap()
    {
        int port = ServerProcess.FreePort();
        ServerProcess first = Own(await ServerProcess.StartAsync(["--retry", "100ms"], port));
        ConsolePage console = await OpenConsoleAsync(first.Url, "c=news");
        await console.WaitForStateAsync("live");
        string last = await first.PublishAsync("news", "before");
        await console.WaitForNewestAsync("before");

        await first.KillAsync();
        await console.WaitForStateAsync("reconnecting");
        ServerProcess second = Own(await ServerProcess.StartAsync(["--retry", "100ms"], port));

        await Expect(console.GapRows).ToHaveCountAsync(1);
        await Expect(console.GapRows).ToHaveAttributeAsync("data-reason", "trimmed");
        await Expect(console.GapRows).ToContainTextAsync("requested " + last);
        await Expect(console.Gaps).ToHaveTextAsync("1");
        await Expect(console.Page.GetByTestId("say")).ToContainTextAsync("Gap (trimmed) in news");
        await console.WaitForStateAsync("live");
        await second.PublishAsync("news", "after");
        await console.WaitForNewestAsync("after");
        await Expect(console.GapRows).ToHaveCountAsync(1);
    }

    [Test]
    public async Task The_gap_event_says_what_was_asked_and_what_there_is()
    {
        int port = ServerProcess.FreePort();
        ServerProcess first = Own(await ServerProcess.StartAsync(["--retry", "100ms"], port));
        ConsolePage console = await OpenConsoleAsync(first.Url, "none");
        Recorder recorder = await Recorder.StartAsync(console.Page, "/events/news");
        string last = await first.PublishAsync("news", "before");
        await recorder.WaitForEventsAsync(1);
        await first.KillAsync();
        ServerProcess second = Own(await ServerProcess.StartAsync(["--retry", "100ms"], port));
        await console.Page.WaitForFunctionAsync("() => window.record.gaps.length > 0");
        await second.PublishAsync("news", "after");
        await recorder.WaitForDataAsync("after");

        string[] gaps = await recorder.GapsAsync();
        Assert.That(gaps, Has.Length.EqualTo(1));
        JsonElement gap = JsonDocument.Parse(gaps[0]).RootElement;
        Assert.That(gap.GetProperty("channel").GetString(), Is.EqualTo("news"));
        Assert.That(gap.GetProperty("reason").GetString(), Is.EqualTo("trimmed"));
        Assert.That(gap.GetProperty("requested").GetString(), Is.EqualTo(last));
        Assert.That(gap.TryGetProperty("oldest", out _) && gap.TryGetProperty("newest", out _), gaps[0]);
        Assert.That((await recorder.EventsAsync()).Select(e => e.Data), Is.EqualTo(["before", "after"]));
    }

    [Test]
    public async Task A_refused_EventSource_tries_again_and_gets_in_later()
    {
        ServerProcess server = await StartServerAsync("--retry", "200ms", "--max-connections", "6");
        ChaosProxy proxy = Own(new ChaosProxy(server.Url));
        ConsolePage console = await OpenConsoleAsync(proxy.Url, "none");
        proxy.CutAll();   // the browser's kept-alive connections hold no place
        using var crowd = new Crowd(server.Url);
        await crowd.FillAsync();

        await console.AddChannelAsync("news");
        await console.WaitForStateAsync("refused");
        await Expect(console.Page.GetByTestId("why")).Not.ToBeEmptyAsync();
        await Expect(console.Page.GetByTestId("say")).ToContainTextAsync(new Regex("refused", RegexOptions.IgnoreCase));

        crowd.Leave();
        await console.WaitForStateAsync("live");
        await server.PublishAsync("news", "in at last");
        await console.WaitForNewestAsync("in at last");
        await Expect(console.Gaps).ToHaveTextAsync("0");
    }

    private static async Task PublishNumbersAsync(ServerProcess server, int count, SemaphoreSlim allowed)
    {
        for (int number = 1; number <= count; number++)
        {
            Assert.That(await allowed.WaitAsync(TimeoutMs * 2), "nobody allowed the next event");
            await server.PublishAsync("a", $"{number}");
        }
    }
}
