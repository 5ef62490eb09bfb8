using System.Text;
using RawSse.Protocol.Ids;

namespace RawSse.Simulation.Tests.Remote;

/// <summary>What clients and doorbells cost the shared store: one read a page and a hole, however many ask.</summary>
internal sealed class ReadCountTests
{
    [Test]
    public void Ten_thousand_clients_that_come_back_at_a_hundred_positions_cost_at_most_two_hundred_reads()
    {
        using var deployment = new Deployment(new DeploymentSetting { Manners = new StoreManners { CountMax = 1000 } }, seed: 1);
        deployment.ConnectAll();
        deployment.Settle();
        SimulatedRedis redis = deployment.Redis;
        var ids = new EventId[2000];
        for (int i = 0; i < ids.Length; i++)
            ids[i] = redis.Add("news");
        var clients = new SimulatedClient[10_000];
        for (int i = 0; i < clients.Length; i++)
        {
            clients[i] = deployment.Nodes[0].Transports[0].Connect();
            clients[i].Write(new StreamAsk(AskKind.Resume, ids[i % 100 * 20].ToString()).Request(["news"]));
        }
        deployment.Settle();
        byte[] last = Encoding.ASCII.GetBytes($"id: {ids[^1]}\n");
        for (int i = 0; i < clients.Length; i++)
        {
            Assert.That(clients[i].Received.IndexOf(last), Is.GreaterThan(0), $"client {i}");
            Assert.That(CountOf(clients[i].Received, "data: "u8), Is.EqualTo(ids.Length - 1 - (i % 100 * 20)), $"client {i}");
        }
        TestContext.Out.WriteLine($"{redis.Reads} reads");
        Assert.That(redis.Reads, Is.LessThanOrEqualTo(200));
    }

    [Test]
    public void A_storm_of_false_doorbells_costs_one_read_at_a_time_and_ends_with_the_storm()
    {
        using var deployment = new Deployment(new DeploymentSetting(), seed: 1);
        deployment.ConnectAll();
        SimulatedSubscriber subscriber = deployment.Start(deployment.Nodes[0], new StreamAsk(AskKind.Now), "news");
        deployment.Settle();
        SimulatedRedis redis = deployment.Redis;
        redis.Publish("news");
        SimulatedLink commands = deployment.Stores[0].Commands, doorbells = deployment.Stores[0].Doorbells;
        const int AnswersAStorm = 20;
        for (int i = 0; i < 10_000; i++)
        {
            EventId newest = redis.Of("news").Greatest;
            var made = new EventId(newest.Milliseconds + (ulong)(i % 5), (ulong)i);
            redis.Ring(new Doorbell("news", made, new EventId(made.Milliseconds, 1_000_000), [], i % 3 == 0 ? null : "false"u8.ToArray()));
            doorbells.NodeTurn();
            deployment.Nodes[0].Settle(1);
            if (i % (10_000 / AnswersAStorm) != 0)
                continue;
            // An answer now and then; RemoteReads sees to it that there is never more than one on its way.
            commands.ServerTurn();
            commands.NodeTurn();
        }
        deployment.Settle();
        long reads = redis.Reads;
        Assert.That(reads, Is.LessThanOrEqualTo(AnswersAStorm + 3));
        deployment.Run(20_000);
        Assert.That(redis.Reads, Is.EqualTo(reads));
        redis.Publish("news");
        deployment.Settle();
        subscriber.AtEnd();
        Assert.That((subscriber.Events, redis.Reads), Is.EqualTo((2, reads)));
    }

    private static int CountOf(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> part)
    {
        int count = 0;
        for (int at = bytes.IndexOf(part); at >= 0; at = bytes.IndexOf(part))
        {
            count++;
            bytes = bytes[(at + part.Length)..];
        }
        return count;
    }
}
