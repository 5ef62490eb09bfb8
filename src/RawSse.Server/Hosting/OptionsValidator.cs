namespace RawSse.Server.Hosting;

/// <summary>Checks bounds and relations of <see cref="RawSseOptions"/>.</summary>
public static class OptionsValidator
{
}
