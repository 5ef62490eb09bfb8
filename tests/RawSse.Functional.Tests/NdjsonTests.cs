using System.Text;
using System.Text.Json;
using RawSse.Functional.Tests.Support;

namespace RawSse.Functional.Tests;

/// <summary>Contract §2, <c>POST /events</c> with application/x-ndjson: one answer a line, in order, while it is read.</summary>
[TestFixtureSource(typeof(Transports), nameof(Transports.BothStores))]
public sealed class NdjsonTests(Platform platform) : TransportFixture(platform)
{
    private const string Ndjson = "Content-Type: application/x-ndjson";

    [Test]
    public async Task Each_line_is_published_and_answered_in_order()
    {
        TestServer server = await StartAsync();
        StreamClient a = await server.OpenAsync("/events/a");
        StreamClient b = await server.OpenAsync("/events/b");
        string body = string.Concat(Enumerable.Range(0, 200).Select(i => $$"""{"channel":"{{"ab"[i % 2]}}","type":"t{{i}}","data":"{{i}}"}""" + "\n"));
        HttpReply reply = await server.PostAsync("/events", body, Ndjson);
        Assert.That(reply.Status, Is.EqualTo(200));
        Assert.That(reply.Header("Content-Type"), Does.StartWith("application/x-ndjson"));
        string[] ids = Ids(reply);
        await a.WaitForEventsAsync(100);
        await b.WaitForEventsAsync(100);
        for (int i = 0; i < 200; i++)
        {
            StreamClient stream = i % 2 == 0 ? a : b;
            Assert.That(stream.Events[i / 2], Is.EqualTo(new SseItem(SseItemKind.Event, ids[i], $"t{i}", $"{i}")));
        }
    }

    [TestCase("\"text \\u00e9\\n\\\"q\\\"\"", "text é\n\"q\"")]
    [TestCase("\"\\ud83d\\ude00\"", "\U0001F600")]
    [TestCase("\"\"", "")]
    [TestCase("{ \"a\" : [ 1 , 2.50 , null ] , \"b\" : \"x y\" }", "{\"a\":[1,2.50,null],\"b\":\"x y\"}")]
    [TestCase("[ ]", "[]")]
    [TestCase("12345678901234567890.5e3", "12345678901234567890.5e3")]
    [TestCase("true", "true")]
    [TestCase("null", "null")]
    public async Task Data_is_a_string_or_any_value_as_its_compact_text(string data, string expected)
    {
        TestServer server = await StartAsync();
        StreamClient stream = await server.OpenAsync("/events/news");
        Ids(await server.PostAsync("/events", $$"""{"channel":"news","data":{{data}}}""", Ndjson));
        await stream.WaitForEventsAsync(1);
        Assert.That(stream.Data[0], Is.EqualTo(expected));
    }

    [Test]
    public async Task A_bad_line_is_answered_with_an_error_and_the_others_are_published()
    {
        TestServer server = await StartAsync(options => options.MaxEventBytes = 4096);
        StreamClient stream = await server.OpenAsync("/events/news");
        string[] bad =
        [
            "not json", "[]", "\"x\"", "{}", "{\"channel\":\"news\"}", "{\"data\":\"x\"}", "{\"channel\":5,\"data\":\"x\"}",
            "{\"channel\":\"\",\"data\":\"x\"}", "{\"channel\":\"a{b\",\"data\":\"x\"}", "{\"channel\":\"news\",\"type\":\"rawsse.gap\",\"data\":\"x\"}",
            "{\"channel\":\"news\",\"type\":\"a\\nb\",\"data\":\"x\"}", "{\"channel\":\"news\",\"type\":7,\"data\":\"x\"}",
            "{\"channel\":\"news\",\"data\":\"x\"} trailing", "{\"channel\":\"news\",\"data\":\"" + new string('x', 5000) + "\"}",
            "{\"channel\":\"news\",\"data\":\"\\ud800\"}", "{\"channel\":\"news\",\"data\":", "{\"channel\":\"" + new string('c', 201) + "\",\"data\":\"x\"}",
        ];
        string body = string.Concat(bad.Select((line, i) => $"{line}\n{{\"channel\":\"news\",\"data\":\"{i}\"}}\n"));
        JsonElement[] answers = Answers(await server.PostAsync("/events", body, Ndjson));
        Assert.That(answers, Has.Length.EqualTo(2 * bad.Length));
        for (int i = 0; i < bad.Length; i++)
        {
            Assert.That(answers[2 * i].TryGetProperty("error", out JsonElement error) && error.GetString() != "", Is.True, bad[i]);
            Assert.That(answers[2 * i].TryGetProperty("id", out _), Is.False, bad[i]);
            Assert.That(answers[2 * i + 1].GetProperty("id").GetString(), Is.Not.Empty, bad[i]);
        }
        await stream.WaitForEventsAsync(bad.Length);
        Assert.That(stream.Data, Is.EqualTo(Enumerable.Range(0, bad.Length).Select(i => $"{i}")));
    }

    [Test]
    public async Task Answers_come_while_the_body_is_still_being_sent()
    {
        TestServer server = await StartAsync();
        using RawClient client = await server.ConnectAsync();
        await client.SendAsync(Request.Of("POST", "/events", Ndjson, "Transfer-Encoding: chunked"));
        await client.SendAsync(Request.Chunk("{\"channel\":\"a\",\"data\":\"0\"}\n"));
        HttpReply head = await client.ReadHeadAsync();
        Assert.That(head.Header("Transfer-Encoding"), Is.EqualTo("chunked"));
        string answers = "";
        for (int i = 0; i < 5; i++)
        {
            while (answers.Count(c => c == '\n') <= i) answers += Encoding.UTF8.GetString(await client.ReadChunkAsync());
            if (i < 4) await client.SendAsync(Request.Chunk($"{{\"channel\":\"a\",\"data\":\"{i + 1}\"}}\n"));
        }
        await client.SendAsync(Request.Chunk(""));
        Assert.That(await client.ReadChunkAsync(), Is.Empty);
        Assert.That((await client.AskAsync(Request.Get("/healthz"))).Status, Is.EqualTo(200), "the connection goes on");
    }

    [Test]
    public async Task A_body_longer_than_any_event_is_fine_and_bounded_only_by_its_lines()
    {
        TestServer server = await StartAsync();
        string line = "{\"channel\":\"news\",\"data\":\"" + new string('x', 1000) + "\"}\n";
        HttpReply reply = await server.PostAsync("/events", string.Concat(Enumerable.Repeat(line, 2000)), Ndjson);
        Assert.That(Ids(reply), Has.Length.EqualTo(2000));
    }

    [TestCase("\r\n")]
    [TestCase("\n\n\n")]
    [TestCase("\n \n")]
    public async Task Blank_lines_and_CRLF_are_passed_over(string end)
    {
        TestServer server = await StartAsync();
        string body = string.Concat(Enumerable.Range(0, 3).Select(i => $"{{\"channel\":\"news\",\"data\":\"{i}\"}}{end}"));
        Assert.That(Ids(await server.PostAsync("/events", body, Ndjson)), Has.Length.EqualTo(3));
    }

    [Test]
    public async Task A_last_line_without_LF_counts_and_an_empty_body_is_empty()
    {
        TestServer server = await StartAsync();
        HttpReply reply = await server.PostAsync("/events", "{\"channel\":\"a\",\"data\":\"1\"}\n{\"channel\":\"a\",\"data\":\"2\"}", Ndjson);
        Assert.That(Ids(reply), Has.Length.EqualTo(2));
        HttpReply empty = await server.PostAsync("/events", "", Ndjson);
        Assert.That((empty.Status, empty.Text), Is.EqualTo((200, "")));
    }

    [Test]
    public async Task Torn_anywhere_it_means_the_same()
    {
        TestServer server = await StartAsync();
        StreamClient stream = await server.OpenAsync("/events/%C3%A9");
        byte[] body = Encoding.UTF8.GetBytes("{\"channel\":\"é\",\"data\":\"\U0001F600\"}\r\n\n{\"channel\":\"é\",\"data\":{\"a\":1}}\n");
        byte[] request = Request.Post("/events", body, Ndjson);
        int cuts = 0;
        for (int cut = request.Length - body.Length; cut < request.Length; cut++, cuts++)
        {
            using RawClient client = await RawClient.ConnectAsync(server.Endpoint);
            await client.SendTornAsync(request, cut);
            Assert.That(Ids(await client.ReadReplyAsync()), Has.Length.EqualTo(2), $"cut at {cut}");
        }
        for (int chunk = 1; chunk < 12; chunk++, cuts++)
        {
            Assert.That(Ids(await server.AskAsync(Request.PostChunked("/events", body, chunk, Ndjson))), Has.Length.EqualTo(2));
        }
        await stream.WaitForEventsAsync(2 * cuts);
        Assert.That(stream.Data, Is.EqualTo(Enumerable.Repeat(new[] { "\U0001F600", "{\"a\":1}" }, cuts).SelectMany(x => x)));
    }

    [Test]
    public async Task An_idempotency_key_counts_with_the_lines_number()
    {
        TestServer server = await StartAsync();
        string[] lines = ["{\"channel\":\"a\",\"data\":\"same\"}", "{\"channel\":\"a\",\"data\":\"same\"}", "{\"channel\":\"a\",\"data\":\"3\"}"];
        string[] first = Ids(await server.PostAsync("/events", string.Join('\n', lines), Ndjson, "Idempotency-Key: k"));
        Assert.That(first, Is.Unique, "two lines are two events");
        string[] again = Ids(await server.PostAsync("/events", string.Join('\n', lines), Ndjson, "Idempotency-Key: k"));
        Assert.That(again, Is.EqualTo(first));
        lines[2] = lines[2].Replace("3", "other", StringComparison.Ordinal);
        JsonElement[] other = Answers(await server.PostAsync("/events", string.Join('\n', lines), Ndjson, "Idempotency-Key: k"));
        Assert.That(other.Take(2).Select(a => a.GetProperty("id").GetString()), Is.EqualTo(first[..2]));
        Assert.That(other[2].TryGetProperty("error", out _), Is.True);
        Assert.That((await server.MetricsAsync())["rawsse_events_total"], Is.EqualTo(3));
    }

    [Test]
    public async Task A_media_type_with_parameters_or_in_capitals_is_taken()
    {
        TestServer server = await StartAsync();
        foreach (string type in new[] { "application/x-ndjson; charset=utf-8", "Application/X-NDJSON" })
            Ids(await server.PostAsync("/events", "{\"channel\":\"a\",\"data\":\"1\"}", $"Content-Type: {type}"));
    }

    private static JsonElement[] Answers(HttpReply reply)
    {
        Assert.That(reply.Status, Is.EqualTo(200), reply.Text);
        Assert.That(reply.Text, Is.Empty.Or.EndsWith("\n"));
        return [.. reply.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
    }

    private static string[] Ids(HttpReply reply)
    {
        JsonElement[] answers = Answers(reply);
        Assert.That(answers.Select(a => a.TryGetProperty("id", out _)), Is.All.True, reply.Text);
        return [.. answers.Select(a => a.GetProperty("id").GetString()!)];
    }
}
