using Microsoft.Playwright;
using NUnit.Framework.Interfaces;

namespace RawSse.Browser.Tests.Support;

/// <summary>Gives a test servers, proxies and console pages, and puts them away after it.</summary>
public abstract class BrowserTest
{
    /// <summary>How long a condition may take to come true, in ms: for a machine that does much else.</summary>
    private protected const int TimeoutMs = 30_000;

    private readonly Stack<object> _owned = [];

    [TearDown]
    public async Task PutAwayAsync()
    {
        bool failed = TestContext.CurrentContext.Result.Outcome.Status == TestStatus.Failed;
        foreach (object owned in _owned)
        {
            if (failed && owned is ConsolePage page)
                await page.ReportAsync();
            else if (failed && owned is ServerProcess server)
                TestContext.Out.WriteLine($"The server printed:\n{server.Output}");

            if (owned is IAsyncDisposable asynchronous)
                await asynchronous.DisposeAsync();
            else
                ((IDisposable)owned).Dispose();
        }

        _owned.Clear();
    }

    private protected async Task<ServerProcess> StartServerAsync(params string[] options) =>
        Own(await ServerProcess.StartAsync(options));

    private protected async Task<IBrowserContext> NewContextAsync(BrowserNewContextOptions? options = null)
    {
        IBrowserContext context = Own(await ChromiumSetUp.Browser.NewContextAsync(options));
        context.SetDefaultTimeout(TimeoutMs);
        Assertions.SetDefaultExpectTimeout(TimeoutMs);
        return context;
    }

    /// <summary>Opens the console page in a tab of <paramref name="context"/>, or of a new one.</summary>
    /// <param name="url">the server or a proxy before it</param>
    /// <param name="hash">what to watch, as the page writes it: <c>c=a&amp;c=b&amp;t=update</c>; <c>none</c>: nothing</param>
    /// <param name="context">null: a new one</param>
    private protected async Task<ConsolePage> OpenConsoleAsync(Uri url, string hash = "", IBrowserContext? context = null)
    {
        context ??= await NewContextAsync();
        return Own(await ConsolePage.OpenAsync(context, new Uri(url, hash.Length > 0 ? "#" + hash : "")));
    }

    private protected T Own<T>(T owned)
        where T : class
    {
        _owned.Push(owned);
        return owned;
    }
}
