using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace HybridStore.Tests.Support;

/// <summary>An authority of a test's own, and a server's certificate that it signed.</summary>
internal sealed class TestCertificates
{
    /// <summary>Makes both.</summary>
    /// <param name="host">The name that the server's certificate is for.</param>
    internal TestCertificates(string host)
    {
        var now = TimeProvider.System.GetUtcNow();
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authorityRequest = new CertificateRequest("CN=hybrid tests", authorityKey, HashAlgorithmName.SHA256);
        authorityRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        using var authority = authorityRequest.CreateSelfSigned(now.AddDays(-1), now.AddDays(2));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={host}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(authority, now.AddDays(-1), now.AddDays(1), RandomNumberGenerator.GetBytes(8));
        Authority = authority.ExportCertificatePem();
        Certificate = certificate.ExportCertificatePem();
        Key = key.ExportPkcs8PrivateKeyPem();
    }

    internal string Authority { get; }

    internal string Certificate { get; }

    internal string Key { get; }
}
