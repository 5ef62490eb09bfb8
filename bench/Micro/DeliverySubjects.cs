using BenchmarkDotNet.Attributes;
using RawSse.Server.Transport;

namespace RawSse.Bench.Micro;

/// <summary>
/// An event for a thousand subscribers on a transport whose send takes everything and does nothing: what a delivery costs
/// beside its system call. An operation is one delivery; publishing the event is a thousandth of it.
/// </summary>
[BenchmarkCategory("delivery")]
public class DeliverySubjects
{
    public const int Subscribers = 1_000;

    private const string OneChannel = "a delivery";

    private readonly byte[] _frame = MicroEvent.Frame();
    private DeliveryRig _one = null!;
    private DeliveryRig _two = null!;
    private ITransport _bare = null!;

    [GlobalSetup]
    public void Start()
    {
        _one = DeliveryRig.Start("/events/news", Subscribers);
        _two = DeliveryRig.Start("/events?channel=news&channel=sport", Subscribers);
        _bare = DeliveryRig.BareTransport();
    }

    [Subject(OneChannel, BytesMax = 0.01, OperationsPerInvoke = Subscribers)]
    public long Deliver() => _one.Deliver();

    [Subject("a delivery on a stream of two channels", BytesMax = 0.01, OperationsPerInvoke = Subscribers)]
    public long DeliverOnTwo() => _two.Deliver();

    /// <summary>What is left when there is nothing but the call.</summary>
    [Subject(OneChannel, By = "bare loop", OperationsPerInvoke = Subscribers)]
    public long Send()
    {
        long sent = 0;
        for (int i = 0; i < Subscribers; i++) sent += _bare.Send(i, _frame).Count;
        return sent;
    }

    [GlobalCleanup]
    public void End()
    {
        _one.Dispose();
        _two.Dispose();
        _bare.Dispose();
    }
}
