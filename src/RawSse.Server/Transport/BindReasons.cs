namespace RawSse.Server.Transport;

/// <summary>The words of <see cref="TransportBindException.Reason"/>, the same for every transport.</summary>
internal static class BindReasons
{
    public const string InUse = "address already in use";
    public const string NotOurs = "not an address of this machine";
    public const string NotPermitted = "not permitted (ports below 1024 need privileges)";
    public const string NoSuchFamily = "this machine does not speak the address's family (IPv6 may be switched off)";
}
