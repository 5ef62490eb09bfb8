namespace RawSse.Server.Hosting;

/// <summary>Where to listen: the flag repeated, or a list with commas.</summary>
internal sealed class ListenDescriptor() : OptionDescriptor(
    nameof(RawSseOptions.Listen), OptionUnit.Endpoint, $"{EndpointParser.Allowed}; 1 to {ListenersMax} of them",
    "Where clients connect; give it again, or with commas, for more. Port 0: a free one.")
{
    public const int ListenersMax = 16;

    public override bool IsRepeatable => true;

    public override bool TrySet(RawSseOptions options, IReadOnlyList<string> texts)
    {
        string[] endpoints = [.. texts.SelectMany(text => text.Split(',', StringSplitOptions.TrimEntries))];
        if (endpoints.Length == 0 || !AreAllowed(endpoints))
            return false;
        options.Listen.Clear();
        foreach (string endpoint in endpoints)
            options.Listen.Add(endpoint);
        return true;
    }

    public override bool IsAllowed(RawSseOptions options) => AreAllowed(options.EffectiveListen);

    public override string Print(RawSseOptions options) => string.Join(',', options.EffectiveListen);

    public override IReadOnlyList<string> PrintEach(RawSseOptions options) => options.EffectiveListen;

    private static bool AreAllowed(IReadOnlyCollection<string> endpoints) =>
        endpoints.Count <= ListenersMax && endpoints.All(endpoint => EndpointParser.TryParse(endpoint, out _));
}
