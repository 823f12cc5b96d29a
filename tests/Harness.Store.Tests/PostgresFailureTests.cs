using System.Data.Common;
using System.Diagnostics;
using Dapper;
using Harness.Records;

namespace Harness.Store.Tests;

/// <summary>What can be wrong with a server: is each one clear line, without the password, and is nothing lost?</summary>
[Collection(PostgresTests.Name)]
public sealed class PostgresFailureTests(PostgresServer server)
{
    [SkippableFact]
    public void An_unreachable_server_is_named_and_what_it_lacks_is_stored_later()
    {
        server.Start();
        Assert.Contains("cannot be reached", Refusal("postgres://u:hidden@127.0.0.1:1/d"), StringComparison.Ordinal);
        Assert.Contains("cannot be reached", Refusal("postgres://u:hidden@no-such-host.invalid/d"), StringComparison.Ordinal);
        Assert.Contains("folder still has everything", Refusal("postgres://u:hidden@localhost/d?host=/no/such/folder"), StringComparison.Ordinal);
    }

    [SkippableFact]
    public void A_wrong_password_an_unknown_user_and_a_missing_database_are_told_apart()
    {
        server.Start();
        Assert.Contains("does not let user 'tester' in", Refusal(server.Url("postgres", password: "hidden")), StringComparison.Ordinal);
        Assert.Contains("does not let user 'nobody' in", Refusal(server.Url("postgres", user: "nobody", password: "hidden")), StringComparison.Ordinal);
        Assert.Contains("there is no database 'missing'", Refusal(server.Url("missing")), StringComparison.Ordinal);
    }

    [SkippableFact]
    public void A_user_who_may_not_write_is_told_and_may_still_read()
    {
        using ServerStore kept = new(server);
        string reader = "reader_" + kept.Database;
        server.Execute($"CREATE ROLE {reader} LOGIN PASSWORD 'hidden'");
        string url = server.Url(kept.Database, reader, "hidden");
        Assert.Contains($"user '{reader}' may not do that", Refusal(url), StringComparison.Ordinal);

        kept.Fill();
        using DbConnection raw = kept.Raw();
        raw.Execute($"GRANT USAGE ON SCHEMA harness TO {reader}; GRANT SELECT ON ALL TABLES IN SCHEMA harness TO {reader}");
        using ResultStore store = ResultStore.Open(PostgresAddress.Parse(url), kept.Sessions, kept.Notices.Add);
        Assert.Equal(2, store.Sessions(new SessionFilter()).Count);
        string refused = Assert.Throws<HostCannotException>(() => store.SaveRecord(Sample.Record("a", 9))).Message;
        Assert.Contains("permission denied for table runs", refused, StringComparison.Ordinal);
        OneLine(refused);
    }

    // a night's connection may be hours old: is a server that was started anew meanwhile found again?
    [SkippableFact]
    public void A_connection_that_the_server_ended_is_made_anew()
    {
        using ServerStore kept = new(server);
        using ResultStore store = kept.Open();
        store.SaveRecord(Sample.Record("a", 0));
        using DbConnection raw = kept.Raw();
        raw.Execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'harness' AND datname = current_database()");
        store.SaveRecord(Sample.Record("a", 1));
        Assert.Equal(2, store.Records("a").Count);
    }

    [SkippableFact]
    public async Task A_server_that_shuts_down_in_the_middle_of_storing_loses_nothing_and_is_taken_up_again()
    {
        using ServerStore kept = new(server);
        int stored = 0;
        using (ResultStore store = kept.Open())
        {
            Task stop = Task.Run(() =>
            {
                SpinWait.SpinUntil(() => Volatile.Read(ref stored) >= 30);
                server.Stop();
            });
            HostCannotException e = Assert.Throws<HostCannotException>(() => StoreOn(store));
            await stop;
            OneLine(e.Message);
            Assert.Contains("folder still has everything", e.Message, StringComparison.Ordinal);
        }
        kept.WriteSession(Sample.Manifest("b") with { Ended = DateTimeOffset.UnixEpoch }, [Sample.Record("b", 0)]);
        server.Start();
        using ResultStore again = kept.Open();
        Assert.InRange(again.Records("a").Count, stored, stored + 1);
        Assert.Single(again.Records("b"));

        void StoreOn(ResultStore store)
        {
            for (; ; Interlocked.Increment(ref stored)) store.SaveRecord(Sample.Record("a", stored));
        }
    }

    [SkippableFact]
    public void A_full_disk_of_the_server_ends_in_one_line_and_loses_nothing()
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "mounting a small file system needs root");
        using PostgresServer own = new();
        own.Start();
        string small = Path.Combine(own.Folder, "small");
        Directory.CreateDirectory(small);
        Skip.IfNot(Run("mount", "-t", "tmpfs", "-o", "size=10m,mode=0777", "tmpfs", small), "this host does not let root mount a tmpfs");
        try
        {
            string space = Path.Combine(small, "space");
            Assert.True(Run("install", "-d", "-o", "nobody", "-m", "0700", space));
            own.Execute($"CREATE TABLESPACE small LOCATION '{space}'");
            using ServerStore kept = new(own, "TABLESPACE small");
            int stored = 0;
            using ResultStore store = kept.Open();
            HostCannotException e = Assert.Throws<HostCannotException>(() =>
            {
                for (; stored < 10_000; stored++) store.SaveRecord(Sample.Record("a", stored));
            });
            Assert.Contains("the server's disk is full", e.Message, StringComparison.Ordinal);
            OneLine(e.Message);
            Assert.InRange(stored, 1, 9_999);
            Assert.Equal(stored, store.Records("a").Count);
        }
        finally
        {
            own.Stop();
            Assert.True(Run("umount", small), "the server still holds a file open");
        }
    }

    private static string Refusal(string url)
    {
        string message = Assert.ThrowsAny<HarnessException>(() => ResultStore.Open(PostgresAddress.Parse(url), "/no/such/sessions", _ => { })).Message;
        OneLine(message);
        return message;
    }

    private static void OneLine(string message)
    {
        Assert.DoesNotContain('\n', message);
        Assert.DoesNotContain("hidden", message, StringComparison.Ordinal);
        Assert.DoesNotContain(PostgresServer.Password, message, StringComparison.Ordinal);
    }

    private static bool Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
