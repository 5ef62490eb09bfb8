using Microsoft.Extensions.Configuration;

namespace RawSse.Server.Hosting;

/// <summary>Options from a section of an application's configuration, which has merged its own layers already.</summary>
internal static class OptionSection
{
    /// <exception cref="ArgumentException">an unknown key, or a value that cannot be used</exception>
    public static void Apply(IConfiguration section, RawSseOptions options)
    {
        try
        {
            foreach (var child in section.GetChildren())
            {
                var option = OptionTable.ByKey(child.Key) ?? throw OptionException.Unknown("key", child.Path, "the options of --help, as MaxLag");
                string[] texts = child.Value is { } text ? [text] : [.. child.GetChildren().Select(element => element.Value ?? "")];
                new OptionSetting(option, texts, child.Path).Apply(options);
            }
        }
        catch (OptionException e)
        {
            throw new ArgumentException(e.Message, nameof(section), e);
        }
    }
}
