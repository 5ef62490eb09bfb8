using System.Runtime.CompilerServices;
using BenchmarkDotNet.Attributes;

namespace RawSse.Bench.Micro;

/// <summary>A method that is measured: what it does, who does it, and what it may allocate.</summary>
/// <param name="name">what is done; ours and what others do of the same name are compared</param>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SubjectAttribute(string name, [CallerLineNumber] int line = 0, [CallerFilePath] string file = "")
    : BenchmarkAttribute(line, file)
{
    /// <summary>Who does ours.</summary>
    public const string Ours = "rawsse";

    public string Name { get; } = name;

    /// <summary>What does it: ours, or something to compare it with.</summary>
    public string By { get; init; } = Ours;

    /// <summary>Bytes of garbage an operation at most; not a number: not judged.</summary>
    public double BytesMax { get; init; } = double.NaN;
}
