namespace RawSse.Bench.Load;

/// <summary>A run that cannot be trusted any more: a server that refuses, stalls or goes away.</summary>
internal sealed class LoadException(string message) : Exception(message);
