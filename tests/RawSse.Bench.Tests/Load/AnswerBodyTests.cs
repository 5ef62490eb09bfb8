using System.Text;
using RawSse.Bench.Load;

namespace RawSse.Bench.Tests.Load;

/// <summary>Where an answer to a publish ends.</summary>
public sealed class AnswerBodyTests
{
    [TestCase("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n", "hello")]
    [TestCase("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n", "")]
    [TestCase("HTTP/1.1 204 No Content\r\n", "")]
    [TestCase("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n", "5\r\nhello\r\n0\r\n\r\n")]
    [TestCase("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n", "7\r\n\r\n0\r\n\r\n\r\n0\r\n\r\n")]
    public void An_answer_is_complete_with_its_last_byte_and_not_before(string head, string body)
    {
        for (int length = 0; length < body.Length; length++)
            Assert.That(AnswerBody.IsComplete(Bytes(head), Bytes(body[..length])), Is.False, $"after {length} bytes");
        Assert.That(AnswerBody.IsComplete(Bytes(head), Bytes(body)), Is.True);
    }

    [Test]
    public void An_answer_whose_end_cannot_be_known_ends_the_run() =>
        Assert.Throws<LoadException>(() => AnswerBody.IsComplete("HTTP/1.1 200 OK\r\n"u8, default));

    [TestCase("HTTP/1.1 200 OK\r\nConnection: Close\r\n", true)]
    [TestCase("HTTP/1.1 200 OK\r\nX-Connection: close\r\n", false)]
    [TestCase("HTTP/1.1 200 OK\r\nConnection: keep-alive\r\n", false)]
    public void Whether_the_connection_ends_is_what_the_server_says(string head, bool isLast) =>
        Assert.That(AnswerBody.IsLast(Bytes(head)), Is.EqualTo(isLast));

    private static byte[] Bytes(string text) => Encoding.ASCII.GetBytes(text);
}
