using System.Diagnostics;
using System.Runtime.CompilerServices;
using Harness.Host.Knobs;
using Harness.Records;

namespace Harness.Host.Tests;

/// <summary>Sessions as real processes: this assembly started once more, with a variable that makes it hold the host and set a knob.</summary>
public sealed class KnobsKilledSessionTests
{
    private const string Root = "HARNESS_TEST_SESSION_ROOT";
    private const string Home = "HARNESS_TEST_SESSION_HOME";

    [Fact]
    public void After_kill_minus_nine_the_next_start_restores_the_knob_and_the_list_says_so()
    {
        using KnobsFakeHost host = new();
        using Process session = StartSession(host);
        Assert.Equal("2", host.Value("numa_balancing"));
        Assert.Empty(host.Knobs.RestoreAtStart());

        session.Kill();
        session.WaitForExit();
        Assert.Equal("2", host.Value("numa_balancing"));

        RestoreReport report = Assert.Single(host.Knobs.RestoreAtStart());
        Assert.Equal(RestoreOutcome.Restored, report.Outcome);
        Assert.Equal("1", host.Value("numa_balancing"));
        KnobListing listing = host.Listed("numa_balancing");
        Assert.Null(listing.Open);
        Assert.Contains($"restored to 1", listing.Note, StringComparison.Ordinal);
        Assert.Contains($"by the next start, after pid {session.Id} had ended without restoring it", listing.Note, StringComparison.Ordinal);
        Assert.Empty(host.Knobs.RestoreAtStart());
    }

    [Fact]
    public void A_second_session_is_refused_by_name_until_the_first_is_gone_however_it_went()
    {
        using KnobsFakeHost host = new();
        using Process session = StartSession(host);
        HostCannotException refused = Assert.Throws<HostCannotException>(() => HostLock.Take(host.Folders));
        Assert.Equal(ExitCode.HostCannot, refused.ExitCode);
        Assert.Contains($"pid {session.Id}, started ", refused.Message, StringComparison.Ordinal);
        Assert.Contains("Harness.Host.Tests", refused.Message, StringComparison.Ordinal);
        Assert.Throws<HostCannotException>(() => host.Knobs.Set("demotion_enabled", "true"));
        Assert.Throws<HostCannotException>(() => host.Knobs.RestoreAll(force: true));

        session.Kill();
        session.WaitForExit();
        HostLock.Take(host.Folders).Dispose();
    }

    [Fact]
    public void One_process_may_take_the_host_again_and_frees_it_with_the_last_release()
    {
        using KnobsFakeHost host = new();
        HostLock session = HostLock.Take(host.Folders);
        HostLock.Take(host.Folders).Dispose();
        Assert.Equal(1, FlockExit(host));
        session.Dispose();
        session.Dispose();
        Assert.Equal(0, FlockExit(host));
    }

    // Runs in every process that loads this assembly; only one that StartSession started has the variables.
    [ModuleInitializer]
    internal static void BeSession()
    {
        if (Environment.GetEnvironmentVariable(Root) is not { } root || Environment.GetEnvironmentVariable(Home) is not { } home) return;
        using HostLock held = HostLock.Take(home);
        KnobTree tree = new(root);
        new KnobChanges(new Journal(home), tree).Set(tree.Find("numa_balancing"), "2", KnobOwner.Run);
        Console.WriteLine("set");
        Console.ReadLine();
        Environment.Exit(0);
    }

    private static Process StartSession(KnobsFakeHost host)
    {
        ProcessStartInfo start = new(Environment.ProcessPath!, ["exec", typeof(KnobsKilledSessionTests).Assembly.Location])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.Environment[Root] = host.Root;
        start.Environment[Home] = host.Home;
        Process session = Process.Start(start)!;
        Assert.Equal("set", session.StandardOutput.ReadLine());
        return session;
    }

    /// <summary>1 when another process cannot have the lock now, 0 when it can.</summary>
    private static int FlockExit(KnobsFakeHost host)
    {
        using Process other = Process.Start("flock", ["--nonblock", Path.Combine(host.Home, "lock"), "true"]);
        other.WaitForExit();
        return other.ExitCode;
    }
}
