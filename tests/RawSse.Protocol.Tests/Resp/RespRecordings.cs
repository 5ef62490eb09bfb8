namespace RawSse.Protocol.Tests.Resp;

/// <summary>Replies as a redis-server 7.0.15 wrote them, the first group asked in RESP2 and the second in RESP3.</summary>
internal static class RespRecordings
{
    private const string Entries =
        "*2\r\n*2\r\n$3\r\n1-1\r\n*4\r\n$4\r\ntype\r\n$1\r\nt\r\n$4\r\ndata\r\n$1\r\nd\r\n"
        + "*2\r\n$3\r\n1-2\r\n*2\r\n$4\r\ndata\r\n$1\r\ne\r\n";

    private const string EntriesTranscript =
        "Array(2) Array(2) BulkString<1-1> Array(4) BulkString<type> BulkString<t> BulkString<data> BulkString<d> "
        + "Array(2) BulkString<1-2> Array(2) BulkString<data> BulkString<e>";

    public static readonly RespSample[] All =
    [
        new("*14\r\n$6\r\nserver\r\n$5\r\nredis\r\n$7\r\nversion\r\n$6\r\n7.0.15\r\n$5\r\nproto\r\n:2\r\n"
            + "$2\r\nid\r\n:3\r\n$4\r\nmode\r\n$10\r\nstandalone\r\n$4\r\nrole\r\n$6\r\nmaster\r\n$7\r\nmodules\r\n*0\r\n",
            "Array(14) BulkString<server> BulkString<redis> BulkString<version> BulkString<7.0.15> BulkString<proto> Integer<2>2 "
            + "BulkString<id> Integer<3>3 BulkString<mode> BulkString<standalone> BulkString<role> BulkString<master> "
            + "BulkString<modules> Array(0)"),
        new(Entries, EntriesTranscript),
        new("*-1\r\n", "Null"),
        new("*2\r\n$4\r\npong\r\n$0\r\n\r\n", "Array(2) BulkString<pong> BulkString<>"),
        new("*3\r\n$9\r\nsubscribe\r\n$1\r\nc\r\n:1\r\n", "Array(3) BulkString<subscribe> BulkString<c> Integer<1>1"),
        new("*3\r\n$11\r\nunsubscribe\r\n$-1\r\n:0\r\n", "Array(3) BulkString<unsubscribe> Null Integer<0>"),
        new("-ERR unknown command 'NOPE', with args beginning with: \r\n",
            "SimpleError<ERR unknown command 'NOPE', with args beginning with: >"),

        new("%7\r\n$6\r\nserver\r\n$5\r\nredis\r\n$7\r\nversion\r\n$6\r\n7.0.15\r\n$5\r\nproto\r\n:3\r\n"
            + "$2\r\nid\r\n:4\r\n$4\r\nmode\r\n$10\r\nstandalone\r\n$4\r\nrole\r\n$6\r\nmaster\r\n$7\r\nmodules\r\n*0\r\n",
            "Map(14) BulkString<server> BulkString<redis> BulkString<version> BulkString<7.0.15> BulkString<proto> Integer<3>3 "
            + "BulkString<id> Integer<4>4 BulkString<mode> BulkString<standalone> BulkString<role> BulkString<master> "
            + "BulkString<modules> Array(0)"),
        new(",3.141\r\n", "Double<3.141>"),
        new("_\r\n", "Null"),
        new("~3\r\n:0\r\n:1\r\n:2\r\n", "Set(3) Integer<0> Integer<1>1 Integer<2>2"),
        new("%3\r\n:0\r\n#f\r\n:1\r\n#t\r\n:2\r\n#f\r\n",
            "Map(6) Integer<0> Boolean<f> Integer<1>1 Boolean<t>1 Integer<2>2 Boolean<f>"),
        new("|1\r\n$14\r\nkey-popularity\r\n*2\r\n$7\r\nkey:123\r\n:90\r\n$39\r\nSome real reply following the attribute\r\n",
            "BulkString<Some real reply following the attribute>"),
        new(">2\r\n$16\r\nserver-cpu-usage\r\n:42\r\n", "Push(2) BulkString<server-cpu-usage> Integer<42>42"),
        new("=29\r\ntxt:This is a verbatim\nstring\r\n", "VerbatimString<This is a verbatim\nstring>"),
        new("(1234567999999999999999999999999999999\r\n", "BigNumber<1234567999999999999999999999999999999>"),
        new("%1\r\n$1\r\ns\r\n" + Entries, "Map(2) BulkString<s> " + EntriesTranscript),
        new(">3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$2\r\nhi\r\n", "Push(3) BulkString<message> BulkString<c> BulkString<hi>"),
        new(">3\r\n$11\r\nunsubscribe\r\n_\r\n:0\r\n", "Push(3) BulkString<unsubscribe> Null Integer<0>"),
        // The reply to EXEC around SUBSCRIBE and PING: a push within an array, which the specification does not know.
        new("*2\r\n>3\r\n$9\r\nsubscribe\r\n$1\r\nd\r\n:2\r\n+PONG\r\n",
            "Array(2) Push(3) BulkString<subscribe> BulkString<d> Integer<2>2 SimpleString<PONG>"),
    ];
}
