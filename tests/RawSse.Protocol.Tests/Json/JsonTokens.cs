using FsCheck;
using FsCheck.Fluent;

namespace RawSse.Protocol.Tests.Json;

/// <summary>
/// A random JSON value as tokens: <see cref="Spaced"/> with whitespace between them, <see cref="Compact"/> without.
/// </summary>
internal sealed record JsonTokens(string Spaced, string Compact)
{
    private static readonly Gen<string> s_space = Gen.Elements("", "", " ", "\t", "\r\n", "   ");

    private static readonly Gen<JsonTokens> s_leaf = Gen.Elements(
            "null", "true", "false", "0", "-1.5e+3", "12345678901234567890", "\"\"", "\" a  b \"", "\"\\\"\"", "\"\\\\\"",
            "\" \\\\\\\" \"", "\"é😀\"", "\"\\u0020\\ud800\"", "\"[ { , : \"", "{}", "[]")
        .Select(text => new JsonTokens(text, text));

    public static Arbitrary<JsonTokens> Values() => Gen.Sized(size => Value(Math.Min(4, size / 10))).ToArbitrary();

    private static Gen<JsonTokens> Value(int depth) =>
        from before in s_space
        from value in depth == 0 ? s_leaf : Gen.OneOf(s_leaf, List(depth, "[", "]", ""), List(depth, "{", "}", "\"a b\""))
        from after in s_space
        select new JsonTokens(before + value.Spaced + after, value.Compact);

    private static Gen<JsonTokens> List(int depth, string open, string close, string name) =>
        from items in Value(depth - 1).ArrayOf(3)
        from space in s_space
        let colon = name.Length == 0 ? "" : ":"
        select new JsonTokens(
            open + string.Join(',', items.Select(item => space + name + space + colon + item.Spaced)) + close,
            open + string.Join(',', items.Select(item => name + colon + item.Compact)) + close);
}
