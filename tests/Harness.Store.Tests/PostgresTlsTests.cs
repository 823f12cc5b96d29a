using System.Data.Common;
using Dapper;
using Harness.Records;

namespace Harness.Store.Tests;

/// <summary>
/// Is the way to a server encrypted and the server's certificate checked, as <c>sslmode</c> asks, and is a wrong one one clear line?
/// </summary>
[Collection(PostgresTests.Name)]
public sealed class PostgresTlsTests(PostgresServer server)
{
    [SkippableTheory]
    [InlineData("require", true)]
    [InlineData("prefer", true)]
    [InlineData("disable", false)]
    public void What_sslmode_asks_is_what_the_server_sees(string mode, bool encrypted)
    {
        using ServerStore kept = new(server);
        using ResultStore store = Open(kept, mode);
        using DbConnection raw = kept.Raw();
        Assert.Equal(encrypted, raw.ExecuteScalar<bool>(
            """
            SELECT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)
            WHERE application_name = 'harness' AND datname = current_database()
            """));
    }

    [SkippableTheory]
    [InlineData("verify-ca")]
    [InlineData("verify-full")]
    public void A_certificate_that_the_named_one_vouches_for_is_taken(string mode)
    {
        using ServerStore kept = new(server);
        using ResultStore store = Open(kept, $"{mode}&sslrootcert={Uri.EscapeDataString(server.Certificate)}");
        store.SaveRecord(Sample.Record("a", 0));
        Assert.Single(store.Records("a"));
    }

    [SkippableFact]
    public void A_certificate_nobody_vouches_for_is_refused()
    {
        using ServerStore kept = new(server);
        Assert.Contains("sslrootcert=FILE names more", Refusal(kept, "verify-full"), StringComparison.Ordinal);
        Assert.Contains("sslrootcert=FILE names more", Refusal(kept, "verify-ca"), StringComparison.Ordinal);
        TestCertificate another = TestCertificate.In(kept.Home);
        string refused = Refusal(kept, $"verify-full&sslrootcert={another.CertificateFile}");
        Assert.Contains($"vouches for it in {another.CertificateFile}", refused, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void A_certificate_of_another_host_is_refused_where_the_host_is_checked()
    {
        using ServerStore kept = new(server);
        string url = kept.Address.Replace("127.0.0.1", "localhost", StringComparison.Ordinal);
        Assert.Contains("for another host", Refusal(kept, $"verify-full&sslrootcert={server.Certificate}", url), StringComparison.Ordinal);
        using ResultStore store = Open(kept, $"verify-ca&sslrootcert={server.Certificate}", url);
        Assert.Empty(store.Sessions(new SessionFilter()));
    }

    [SkippableTheory]
    [InlineData("no-such.pem", null)]
    [InlineData("text.pem", "this is no certificate\n")]
    [InlineData("empty.pem", "")]
    public void A_root_certificate_that_cannot_be_read_is_named(string name, string? content)
    {
        using ServerStore kept = new(server);
        string file = Path.Combine(kept.Home, name);
        if (content is not null) File.WriteAllText(file, content);
        Assert.Contains(file, Refusal(kept, $"verify-full&sslrootcert={file}"), StringComparison.Ordinal);
    }

    private static ResultStore Open(ServerStore kept, string mode, string? url = null)
    {
        string address = (url ?? kept.Address).Replace("sslmode=disable", $"sslmode={mode}", StringComparison.Ordinal);
        return ResultStore.Open(PostgresAddress.Parse(address), kept.Sessions, kept.Notices.Add);
    }

    private static string Refusal(ServerStore kept, string mode, string? url = null)
    {
        string message = Assert.ThrowsAny<HarnessException>(() => Open(kept, mode, url)).Message;
        Assert.DoesNotContain('\n', message);
        Assert.DoesNotContain(PostgresServer.Password, message, StringComparison.Ordinal);
        return message;
    }
}
