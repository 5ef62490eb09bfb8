using RawSse.Protocol.Ids;

namespace RawSse.Simulation.Tests.Remote;

/// <summary>A Pub/Sub message. Without an event it is only a bell.</summary>
internal sealed record Doorbell(string Channel, EventId Id, EventId Previous, byte[] Type, byte[]? Data);
