using RawSse.Protocol.Resp;

namespace RawSse.Protocol.Tests.Resp;

internal static class RespCorpus
{
    public static readonly RespSample[] All =
    [
        new("+OK\r\n", "SimpleString<OK>"),
        new("+\r\n", "SimpleString<>"),
        new("-ERR no\r\n", "SimpleError<ERR no>"),
        new(":0\r\n", "Integer<0>"),
        new(":-0\r\n", "Integer<-0>"),
        new(":+7\r\n", "Integer<+7>7"),
        new(":007\r\n", "Integer<007>7"),
        new(":-42\r\n", "Integer<-42>-42"),
        new(":9223372036854775807\r\n", "Integer<9223372036854775807>9223372036854775807"),
        new(":-9223372036854775808\r\n", "Integer<-9223372036854775808>-9223372036854775808"),
        new("$5\r\nhello\r\n", "BulkString<hello>"),
        new("$0\r\n\r\n", "BulkString<>"),
        new("$4\r\n\r\n\r\n\r\n", "BulkString<\r\n\r\n>"),
        new("$3\r\n\0\u00FF$\r\n", "BulkString<\0\u00FF$>"),
        new("$-1\r\n", "Null"),
        new("*-1\r\n", "Null"),
        new("_\r\n", "Null"),
        new("*0\r\n", "Array(0)"),
        new("*3\r\n:1\r\n$1\r\na\r\n*-1\r\n", "Array(3) Integer<1>1 BulkString<a> Null"),
        new("*2\r\n*1\r\n*0\r\n+x\r\n", "Array(2) Array(1) Array(0) SimpleString<x>"),
        new("#t\r\n", "Boolean<t>1"),
        new("#f\r\n", "Boolean<f>"),
        new(",1.23\r\n", "Double<1.23>"),
        new(",-1.5e-10\r\n", "Double<-1.5e-10>"),
        new(",10\r\n", "Double<10>"),
        new(",inf\r\n", "Double<inf>"),
        new(",-inf\r\n", "Double<-inf>"),
        new(",nan\r\n", "Double<nan>"),
        new("(3492890328409238509324850943850943825024385\r\n", "BigNumber<3492890328409238509324850943850943825024385>"),
        new("(-1\r\n", "BigNumber<-1>"),
        new("(+0\r\n", "BigNumber<+0>"),
        new("!21\r\nSYNTAX invalid syntax\r\n", "BulkError<SYNTAX invalid syntax>"),
        new("!0\r\n\r\n", "BulkError<>"),
        new("=15\r\ntxt:Some string\r\n", "VerbatimString<Some string>"),
        new("=4\r\nmkd:\r\n", "VerbatimString<>"),
        new("%0\r\n", "Map(0)"),
        new("%2\r\n+a\r\n:1\r\n+b\r\n%1\r\n_\r\n#t\r\n",
            "Map(4) SimpleString<a> Integer<1>1 SimpleString<b> Map(2) Null Boolean<t>1"),
        new("~2\r\n:1\r\n~0\r\n", "Set(2) Integer<1>1 Set(0)"),
        new(">3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$2\r\nhi\r\n",
            "Push(3) BulkString<message> BulkString<c> BulkString<hi>"),
        new("|1\r\n+ttl\r\n:5\r\n+x\r\n", "SimpleString<x>"),
        new("|0\r\n|0\r\n_\r\n", "Null"),
        new("|1\r\n+a\r\n*2\r\n:1\r\n%1\r\n+b\r\n:2\r\n*1\r\n:3\r\n", "Array(1) Integer<3>3"),
        new("*3\r\n:1\r\n|1\r\n+ttl\r\n:3600\r\n:2\r\n|1\r\n*1\r\n:8\r\n|1\r\n:6\r\n:7\r\n:9\r\n:3\r\n",
            "Array(3) Integer<1>1 Integer<2>2 Integer<3>3"),
        new("*1\r\n|1\r\n+a\r\n+b\r\n*1\r\n|1\r\n+c\r\n+d\r\n*0\r\n", "Array(1) Array(1) Array(0)"),
        new(Deep(RespFramer.DepthMax), string.Concat(Enumerable.Repeat("Array(1) ", RespFramer.DepthMax)) + "Integer<1>1"),
        new($"+{new string('x', RespFramer.LineBytesMax)}\r\n", $"SimpleString<{new string('x', RespFramer.LineBytesMax)}>"),
    ];

    /// <summary>What no server sends: refused, at the latest when it is there in full.</summary>
    public static readonly string[] Malformed =
    [
        "x", "\r\n", "\n", "\0", " +OK\r\n", "PONG\r\n", ";4\r\nabcd\r\n", ".\r\n",
        "$?\r\n;4\r\nabcd\r\n;0\r\n", "*?\r\n:1\r\n.\r\n", "%?\r\n.\r\n", "~?\r\n.\r\n",
        "+a\nb\r\n", "+a\rb\r\n", "+a\r\r\n", "-\n",
        ":\r\n", ":-\r\n", ":+\r\n", ":--1\r\n", ":1a\r\n", ":a\r\n", ": 1\r\n", ":1 \r\n", ":1.0\r\n", ":1\n", ":1\rx",
        ":9223372036854775808\r\n", ":-9223372036854775809\r\n", ":00000000000000000001\r\n", ":123456789012345678901234567890",
        "$\r\n", "$-2\r\n", "$1\nx\r\n", "$a\r\n", "$1\r\nab\r", "$1\r\na\rb", "$1\r\na\n\r", "$99999999999999999999\r\n",
        "*\r\n", "*-2\r\n", "*1.\r\n", "%-1\r\n", "~-1\r\n", ">-1\r\n", "|-1\r\n", "!-1\r\n", "=-1\r\n",
        "_x\r\n", "_ \r\n", "#\r\n", "#T\r\n", "#tf\r\n", "#1\r\n", ",\r\n", ",x\r\n", ",1,5\r\n",
        "(\r\n", "(-\r\n", "(1.5\r\n", "(1-\r\n",
        "=3\r\ntxt\r\n", "=0\r\n\r\n", "=5\r\ntxt-a\r\n", "=5\r\nabcde\r\n",
        "*2\r\n:1\r\nx", "%1\r\n+a\r\n?", "*1\r\n*1\r\n:a\r\n", "|1\r\n+a\r\n+b\r\n\r\n", "|1\r\n$?\r\n",
    ];

    public static string Deep(int depth) => string.Concat(Enumerable.Repeat("*1\r\n", depth)) + ":1\r\n";
}
