using System.Globalization;
using System.Text;
using RawSse.Server.Hosting;

namespace RawSse.Simulation.Tests;

/// <summary>A client that sends no more is answered once for each of its requests, and its connection ends.</summary>
internal sealed class HalfCloseTests
{
    private const int Requests = 3000;

    [Test]
    public void A_fin_while_answers_wait_for_room_loses_none_of_them(
        [Values] bool saysDrained, [Values] bool tellsPeerClosed, [Values] bool tellsEndsLate, [Values] FinTime time)
    {
        using var node = new SimulatedNode(new RawSseOptions(), shards: 1, seed: 1);
        SimulatedTransport transport = node.Transports[0];
        (transport.SaysDrained, transport.TellsPeerClosed, transport.TellsEndsLate) = (saysDrained, tellsPeerClosed, tellsEndsLate);
        SimulatedClient client = transport.Connect();
        node.Settle(3);
        client.LimitWindow(0);
        // Far more than is answered while nothing can be sent, and than is read in a turn.
        client.Write(string.Concat(Enumerable.Range(0, Requests).Select(Request)));
        if (time == FinTime.WithTheBytes)
            client.Finish();
        node.Settle();
        Assert.That(client.IsEnded, Is.False, "it is held back");
        if (time == FinTime.WhileHeldBack)
            client.Finish();
        node.Settle();
        var received = new StringBuilder();
        while (!client.IsEnded)
        {
            int before = received.Length;
            client.OpenWindow(10_000);
            node.Settle(5);
            received.Append(client.ReceivedText);
            client.Take();
            if (received.Length == before)
                break;
        }
        if (time == FinTime.OnceAllIsAnswered)
        {
            client.Finish();
            node.Settle();
        }
        string[] answers = received.ToString().Split("HTTP/1.1 ", StringSplitOptions.RemoveEmptyEntries);
        Assert.That(answers, Is.All.StartsWith("200 OK\r\n"));
        Assert.That(answers, Has.Length.EqualTo(Requests));
        Assert.That(client.IsClosed, "it does not hang");
        Assert.That(node.Ledger.Of("news").Count, Is.EqualTo(Requests));
        Assert.That(transport.OpenCount, Is.Zero);
    }

    private static string Request(int number)
    {
        string data = number.ToString(CultureInfo.InvariantCulture);
        return $"POST /events/news HTTP/1.1\r\nHost: simulation\r\nContent-Length: {data.Length}\r\n\r\n{data}";
    }

    internal enum FinTime
    {
        WithTheBytes,
        WhileHeldBack,
        OnceAllIsAnswered,
    }
}
