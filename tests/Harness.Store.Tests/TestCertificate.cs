using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Harness.Store.Tests;

/// <summary>A certificate for 127.0.0.1 that vouches for itself, and its key, as files.</summary>
internal sealed class TestCertificate : IDisposable
{
    private TestCertificate(string certificate, string key) => (CertificateFile, KeyFile) = (certificate, key);

    public string CertificateFile { get; }

    public string KeyFile { get; }

    public static TestCertificate In(string folder)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=harness test", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(2));
        TestCertificate files = new(Path.Combine(folder, "server.crt"), Path.Combine(folder, "server.key"));
        File.WriteAllText(files.CertificateFile, certificate.ExportCertificatePem());
        File.WriteAllText(files.KeyFile, key.ExportPkcs8PrivateKeyPem());
        return files;
    }

    public void Dispose()
    {
        File.Delete(CertificateFile);
        File.Delete(KeyFile);
    }
}
