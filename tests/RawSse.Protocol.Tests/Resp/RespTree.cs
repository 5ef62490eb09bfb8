using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace RawSse.Protocol.Tests.Resp;

/// <summary>A random value: its bytes as Latin-1 text, what a reader tells of it alone, and what it holds.</summary>
internal sealed record RespTree(string Header, string Own, params RespTree[] Children)
{
    private static readonly Gen<string> s_text = Gen.OneOf(
        Gen.Elements("", "a", "\r\n", "$5\r\n", "\0", "\u00FF\u00FE", "1795320800660-0", "_", new string('x', 300)),
        Gen.Choose(0, 255).ArrayOf().Select(codes => string.Concat(codes.Select(code => (char)code))));

    private static readonly Gen<string> s_line = s_text.Select(text => text.Replace('\r', ' ').Replace('\n', ' '));

    private static readonly Gen<RespTree> s_leaf = Gen.OneOf(
        s_line.Select(line => new RespTree($"+{line}\r\n", $"SimpleString<{line}>")),
        s_line.Select(line => new RespTree($"-{line}\r\n", $"SimpleError<{line}>")),
        Gen.Elements(0, 1, -1, 42, long.MaxValue, long.MinValue).Select(Number),
        s_text.Select(text => new RespTree($"${text.Length}\r\n{text}\r\n", $"BulkString<{text}>")),
        s_text.Select(text => new RespTree($"!{text.Length}\r\n{text}\r\n", $"BulkError<{text}>")),
        s_text.Select(text => new RespTree($"={text.Length + 4}\r\ntxt:{text}\r\n", $"VerbatimString<{text}>")),
        Gen.Elements("_\r\n", "$-1\r\n", "*-1\r\n").Select(text => new RespTree(text, "Null")),
        Gen.Elements(new RespTree("#t\r\n", "Boolean<t>1"), new RespTree("#f\r\n", "Boolean<f>")),
        Gen.Elements("0", "-1.5e+300", "inf", "-inf", "nan").Select(text => new RespTree($",{text}\r\n", $"Double<{text}>")),
        Gen.Elements("0", "-1", new string('9', 100)).Select(text => new RespTree($"({text}\r\n", $"BigNumber<{text}>")));

    public string Text => Header + string.Concat(Children.Select(child => child.Text));

    public byte[] Bytes => Encoding.Latin1.GetBytes(Text);

    public string Transcript => string.Join(' ', Children.Select(child => child.Transcript).Prepend(Own));

    /// <summary>How many reads walk it.</summary>
    public int Size => 1 + Children.Sum(child => child.Size);

    public static Arbitrary<RespTree> Values() =>
        Gen.Sized(size => Value(Math.Min(4, 1 + (size / 20)))).ToArbitrary();

    public override string ToString() => System.Text.Json.JsonSerializer.Serialize(Text);

    private static RespTree Number(long number)
    {
        string text = number.ToString(CultureInfo.InvariantCulture);
        return new RespTree($":{text}\r\n", $"Integer<{text}>{(number == 0 ? "" : text)}");
    }

    private static Gen<RespTree> Value(int depth)
    {
        if (depth == 0)
            return s_leaf;
        Gen<RespTree> value = Gen.OneOf(
            s_leaf,
            List(depth, '*', "Array", 1),
            List(depth, '%', "Map", 2),
            List(depth, '~', "Set", 1),
            List(depth, '>', "Push", 1));
        Gen<RespTree> withAttribute =
            from attribute in List(depth, '|', "", 2)
            from about in value
            select about with { Header = attribute.Text + about.Header };
        return Gen.OneOf(value, value, value, withAttribute);
    }

    private static Gen<RespTree> List(int depth, char type, string name, int valuesEach) =>
        from items in Gen.Choose(0, 4)
        from children in Value(depth - 1).ArrayOf(items * valuesEach)
        select new RespTree($"{type}{items}\r\n", $"{name}({children.Length})", children);
}
