using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace RawSse.Server.Hosting;

/// <summary>Prints options as the JSON that <c>--config</c> reads.</summary>
internal static class ConfigPrinter
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Print(RawSseOptions options)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Indented))
        {
            json.WriteStartObject();
            foreach (var option in OptionTable.All)
            {
                json.WritePropertyName(option.Name);
                Write(json, option, options);
            }
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan) + "\n";
    }

    private static void Write(Utf8JsonWriter json, OptionDescriptor option, RawSseOptions options)
    {
        string text = option.Print(options);
        if (option.IsRepeatable)
        {
            json.WriteStartArray();
            foreach (string one in option.PrintEach(options))
                json.WriteStringValue(one);
            json.WriteEndArray();
        }
        else if (option.Unit == OptionUnit.Count)
            json.WriteNumberValue(long.Parse(text, CultureInfo.InvariantCulture));
        else if (option.Unit == OptionUnit.Switch)
            json.WriteBooleanValue(text == "on");
        else
            json.WriteStringValue(text);
    }
}
