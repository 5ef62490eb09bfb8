using System.Text.Json;
using Microsoft.Playwright;

namespace RawSse.Browser.Tests.Support;

/// <summary>An EventSource in a tab that keeps all that it is given. One a tab.</summary>
internal sealed class Recorder
{
    private const string Script = """
        ([url, types]) => {
          const record = window.record = { opens: 0, errors: 0, gaps: [], events: [] };
          const source = new EventSource(url);
          source.onopen = () => record.opens++;
          source.onerror = () => record.errors++;
          source.addEventListener('rawsse.gap', e => record.gaps.push(e.data));
          for (const type of types)
            source.addEventListener(type, e => record.events.push({ id: e.lastEventId, type: e.type, data: e.data }));
        }
        """;

    private readonly IPage _page;

    private Recorder(IPage page) => _page = page;

    /// <summary>Connects and waits until the stream is open.</summary>
    public static async Task<Recorder> StartAsync(IPage page, string url, params string[] types)
    {
        await page.EvaluateAsync(Script, new object[] { url, types.Length > 0 ? types : ["message"] });
        var recorder = new Recorder(page);
        await recorder.WaitForOpensAsync(1);
        return recorder;
    }

    public Task WaitForOpensAsync(int count) => _page.WaitForFunctionAsync("n => window.record.opens >= n", count);

    /// <summary>Waits until the stream broke so many times.</summary>
    public Task WaitForErrorsAsync(int count) => _page.WaitForFunctionAsync("n => window.record.errors >= n", count);

    public Task WaitForEventsAsync(int count) => _page.WaitForFunctionAsync("n => window.record.events.length >= n", count);

    public Task WaitForDataAsync(string data) =>
        _page.WaitForFunctionAsync("d => window.record.events.some(e => e.data === d)", data);

    public Task<int> CountAsync() => _page.EvaluateAsync<int>("() => window.record.events.length");

    public Task<int> OpensAsync() => _page.EvaluateAsync<int>("() => window.record.opens");

    public Task<string[]> GapsAsync() => _page.EvaluateAsync<string[]>("() => window.record.gaps");

    public async Task<IReadOnlyList<ReadEvent>> EventsAsync() =>
        JsonSerializer.Deserialize<ReadEvent[]>(await _page.EvaluateAsync<string>("() => JSON.stringify(window.record.events)"), ReadEvent.Json)!;
}
