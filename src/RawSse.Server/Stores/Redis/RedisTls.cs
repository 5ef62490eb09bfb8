using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace RawSse.Server.Stores.Redis;

/// <summary>
/// TLS 1.2 or later, with a server whose certificate is for the host's name or address and comes from an authority that is
/// trusted. On the thread pool.
/// </summary>
internal static class RedisTls
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    /// <summary>Takes over <paramref name="inner"/>.</summary>
    /// <exception cref="RedisLinkException">the file cannot be used</exception>
    public static async Task<Stream> OpenAsync(Stream inner, string host, string? caFile, CancellationToken cancellationToken)
    {
        var stream = new SslStream(inner);
        try
        {
            var options = new SslClientAuthenticationOptions
            {
                TargetHost = host,
                EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                CertificateChainPolicy = Policy(caFile),
            };
            await stream.AuthenticateAsClientAsync(options, cancellationToken).ConfigureAwait(false);
            return stream;
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Reads the authorities of a PEM file; read for each connection, so that they can be replaced.</summary>
    /// <returns>false: the file cannot be read, or has no certificate</returns>
    public static bool TryLoad(string caFile, out X509Certificate2Collection authorities, out string problem)
    {
        authorities = [];
        problem = "";
        try
        {
            authorities.ImportFromPemFile(caFile);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException)
        {
            problem = $"the CA file {caFile} cannot be read: {exception.Message.ReplaceLineEndings(" ")}";
            return false;
        }

        if (authorities.Count == 0)
            problem = $"the CA file {caFile} has no certificate";
        return authorities.Count > 0;
    }

    private static X509ChainPolicy Policy(string? caFile)
    {
        // Nothing is fetched while connecting: neither missing certificates nor lists of revoked ones.
        var policy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        policy.ApplicationPolicy.Add(new Oid(ServerAuthentication));
        if (caFile is null)
            return policy;
        if (!TryLoad(caFile, out X509Certificate2Collection authorities, out string problem))
            throw new RedisLinkException(problem, isRefused: true);
        policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        policy.CustomTrustStore.AddRange(authorities);
        return policy;
    }
}
