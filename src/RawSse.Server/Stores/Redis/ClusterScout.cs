using System.Text;
using RawSse.Protocol.Resp;

namespace RawSse.Server.Stores.Redis;

/// <summary>
/// Asks any node of the cluster who holds which slots: from time to time, and at once when there is reason to think that the
/// map has changed. Has a connection of its own, so that the loss of one master hides nothing. Home shard's thread.
/// </summary>
internal sealed class ClusterScout : RedisCommand, IRedisLinkOwner, IDisposable
{
    private const long PeriodMs = 10_000;
    private const long HurryMs = 200;

    private readonly RedisStore _store;
    private readonly ClusterServers _servers;
    private readonly ClusterSeeds _seeds;
    private readonly RedisLink _link;
    private long _askedAtMs;
    private bool _isPending;
    private bool _isInHurry = true;

    public ClusterScout(RedisStore store, ClusterServers servers)
    {
        _store = store;
        _servers = servers;
        _seeds = new ClusterSeeds(store.Options.Settings.Endpoints);
        _link = new RedisLink(RedisLinkKind.Commands, store.Options.Settings, _seeds, store.Mailbox, this, store.Clock);
        RespWriter.WriteCommand(Request, 2);
        RespWriter.WriteBulk(Request, "CLUSTER"u8);
        RespWriter.WriteBulk(Request, "SLOTS"u8);
        _link.Start();
    }

    /// <summary>The map may have changed.</summary>
    public void Hurry() => _isInHurry = true;

    public void Tick()
    {
        _link.Tick();
        if (_link.IsOpen && !_isPending && _store.NowMs - _askedAtMs >= (_isInHurry ? HurryMs : PeriodMs))
            Ask();
    }

    public void Flush() => _link.Flush();

    public void Dispose() => _link.Dispose();

    public override void OnReply(RedisLink link, ReadOnlySpan<byte> reply)
    {
        _isPending = false;
        var reader = new RespReader(reply);
        if (!reader.Read())
            return;
        if (reader.IsError)
        {
            _store.NoteError(RedisErrorKind.Other, reader.Text, null);
            // Whoever is no cluster, or does not tell, is not asked again soon; perhaps another one does.
            link.Break("it does not tell the cluster's slots");
            return;
        }
        List<SlotRange> ranges = Read(ref reader, link.Info!.Endpoint);
        if (ranges.Count == 0)
        {
            link.Break("it knows no slots");
            return;
        }
        _seeds.Learn(ranges.Select(range => range.Owner).Distinct());
        _servers.Apply(ranges);
    }

    public override void OnLost() => _isPending = false;

    void IRedisLinkOwner.OnOpened(RedisLink link) => Ask();

    void IRedisLinkOwner.OnLost(RedisLink link, string reason) => Hurry();

    void IRedisLinkOwner.OnPush(RedisLink link, ReadOnlySpan<byte> value)
    {
    }

    private void Ask()
    {
        _isPending = true;
        _isInHurry = false;
        _askedAtMs = _store.NowMs;
        _link.Send(this);
    }

    /// <summary>Elements of <c>[first, last, [host, port, …], replicas…]</c>.</summary>
    private static List<SlotRange> Read(ref RespReader reader, RedisEndpoint asked)
    {
        var ranges = new List<SlotRange>();
        for (int count = reader.Count; count > 0 && reader.Read(); count--)
        {
            int more = reader.Count - 3;
            reader.Read();
            long first = reader.Integer;
            reader.Read();
            long last = reader.Integer;
            reader.Read();
            int fields = reader.Count - 2;
            reader.Read();
            // A node that does not know how others see it leaves its host out.
            string host = reader.Text.IsEmpty ? asked.Host : Encoding.UTF8.GetString(reader.Text);
            reader.Read();
            var owner = new RedisEndpoint(host, (int)reader.Integer);
            for (int left = fields + more; left > 0 && reader.Read(); left--)
                reader.Skip();
            if (first >= 0 && first <= last && last < ClusterMap.Slots && more >= 0)
                ranges.Add(new SlotRange((int)first, (int)last, owner));
        }
        return ranges;
    }
}
