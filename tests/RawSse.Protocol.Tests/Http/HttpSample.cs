using System.Text;
using RawSse.Protocol.Http;

namespace RawSse.Protocol.Tests.Http;

/// <summary>What a client sends, and what must come of it with the bounds of <see cref="HttpConversation"/>.</summary>
/// <param name="Name">A sentence, or the vector's usual name.</param>
/// <param name="Text">The bytes, as Latin-1.</param>
/// <param name="Rejection">None for input that is fine as far as it goes.</param>
/// <param name="Requests">Heads that are read before the end or the refusal.</param>
public sealed record HttpSample(string Name, string Text, HttpRejection Rejection, int Requests)
{
    public byte[] Bytes => Encoding.Latin1.GetBytes(Text);

    public override string ToString() => Name;
}
