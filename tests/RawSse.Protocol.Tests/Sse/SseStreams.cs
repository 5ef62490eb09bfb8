using System.Text;

namespace RawSse.Protocol.Tests.Sse;

/// <summary>A stream and what a reader of WHATWG HTML §9.2.6 makes of it, both as Latin-1 text.</summary>
internal sealed record SseStream(string Text, params string[] Calls)
{
    public byte[] Bytes => Encoding.Latin1.GetBytes(Text);

    public override string ToString() => System.Text.Json.JsonSerializer.Serialize(Text);
}

internal static class SseStreams
{
    private const string ByteOrderMark = "\u00EF\u00BB\u00BF";

    public static readonly SseStream[] All =
    [
        new("", "last id , 0 events"),
        new("\n\n\n", "last id , 0 events"),
        new("data: a\n\n", "event message <a> id ", "last id , 1 events"),
        new("data: a\n", "last id , 0 events"),
        new("data: a", "last id , 0 events"),
        new(
            "data:a\r\rdata:b\n\ndata:c\r\n\r\n",
            "event message <a> id ", "event message <b> id ", "event message <c> id ", "last id , 3 events"),
        new("data:a\r\n\rdata:b\n\r\n", "event message <a> id ", "event message <b> id ", "last id , 2 events"),
        new("data: a\r\ndata: b\rdata: c\ndata: d\r\n\r\n", "event message <a\nb\nc\nd> id ", "last id , 1 events"),
        new("data\n\n", "event message <> id ", "last id , 1 events"),
        new("data\ndata\n\n", "event message <\n> id ", "last id , 1 events"),
        new(
            "data:\n\ndata: \n\ndata:  \n\n",
            "event message <> id ", "event message <> id ", "event message < > id ", "last id , 3 events"),
        new("data:\tx\ndata::\ndata: :\n\n", "event message <\tx\n:\n:> id ", "last id , 1 events"),
        new(
            ":\n: a\n:b:c\ndata: x\n:\n\n",
            "comment <>", "comment < a>", "comment <b:c>", "comment <>", "event message <x> id ", "last id , 1 events"),
        new("event: a\ndata: x\n\ndata: y\n\n", "event a <x> id ", "event message <y> id ", "last id , 2 events"),
        new("event: a\n\ndata: y\n\n", "event message <y> id ", "last id , 1 events"),
        new("event: a\nevent\ndata: y\n\n", "event message <y> id ", "last id , 1 events"),
        new(
            "id: 1\ndata: x\n\ndata: y\n\nid\ndata: z\n\n",
            "event message <x> id 1", "event message <y> id 1", "event message <z> id ", "last id , 3 events"),
        new("id: 0-0\n\n", "id only 0-0", "last id 0-0, 0 events"),
        new("id: 1\n\nevent: a\n\ndata: x\n\n", "id only 1", "event message <x> id 1", "last id 1, 1 events"),
        new("id: 1\nid: 2\ndata: x\n\n", "event message <x> id 2", "last id 2, 1 events"),
        new("id: 1\n\nid: 2\n", "id only 1", "last id 1, 0 events"),
        new("id: 1\n\nid: 2\0\ndata: x\n\n", "id only 1", "event message <x> id 1", "last id 1, 1 events"),
        new("id: 1\nid: \0\n\n", "id only 1", "last id 1, 0 events"),
        new("data: a\0b\n\n", "event message <a\0b> id ", "last id , 1 events"),
        new("retry: 3000\nretry:0\n", "retry 3000", "retry 0", "last id , 0 events"),
        new("retry\nretry:\nretry: -1\nretry: 1.5\nretry: 1 \nretry:  1\nretry: 0x1\n", "last id , 0 events"),
        new(
            "retry: 9223372036854775807\nretry: 9223372036854775808\nretry: 99999999999999999999999\n",
            "retry 9223372036854775807", "retry 9223372036854775807", "retry 9223372036854775807",
            "last id , 0 events"),
        new("Data: x\ndata : y\n data: z\nfoo: bar\nid : 1\nID: 1\n\n", "last id , 0 events"),
        new(ByteOrderMark + "data: a\n\n", "event message <a> id ", "last id , 1 events"),
        new(ByteOrderMark + ByteOrderMark + "data: a\n\n", "last id , 0 events"),
        new("\n" + ByteOrderMark + "data: a\n\n", "last id , 0 events"),
        new("data: " + ByteOrderMark + "a\n\n", "event message <" + ByteOrderMark + "a> id ", "last id , 1 events"),
        new("\u00EF\u00BBdata: a\ndata: b\n\n", "event message <b> id ", "last id , 1 events"),
        new("\u00EF:x\n\ndata: b\n\n", "event message <b> id ", "last id , 1 events"),
        new("\u00EF\n\u00BB\u00BFdata: b\n\n", "last id , 0 events"),
        new(ByteOrderMark, "last id , 0 events"),
        new("\u00EF\u00BB", "last id , 0 events"),
        new("data: \u00F0\u009F\u0098\u0080\n\n", "event message <\u00F0\u009F\u0098\u0080> id ", "last id , 1 events"),
        new(
            "data: \u00C2\u0085\u00E2\u0080\u00A8\n\n",
            "event message <\u00C2\u0085\u00E2\u0080\u00A8> id ", "last id , 1 events"),
        new(
            ": hello\nretry: 1500\n\nid: 0-0\n\nid: 5-0\nevent: update\ndata: {}\n\n:\n\nid: 5-1\ndata: a\ndata: b\n\n",
            "comment < hello>", "retry 1500", "id only 0-0", "event update <{}> id 5-0", "comment <>",
            "event message <a\nb> id 5-1", "last id 5-1, 2 events"),
    ];
}
