using System.Diagnostics;
using System.Runtime.Versioning;

namespace Harness.EndToEnd;

/// <summary>Is the knob of a real session put back however the session ends, and is nothing begun over one that cannot be?</summary>
[SupportedOSPlatform("linux")]
public sealed class KilledSessionTests : IDisposable
{
    private readonly CommandLine line = new();

    public void Dispose() => line.Dispose();

    [SkippableFact]
    public void The_next_start_restores_what_a_killed_session_left_changed()
    {
        StandIn host = new(line, "2");
        host.KillSession();

        Ended next = host.Run("knobs", "list");
        Assert.True(next.Code == 0, next.Errors);
        Assert.Equal("2", host.Value);
        Assert.Contains("numa_balancing", next.Errors, StringComparison.Ordinal);
        Assert.Contains("restored", next.Output, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("INT")]
    [InlineData("TERM")]
    [InlineData("HUP")]
    public void A_session_that_gets_a_signal_restores_says_so_and_leaves_with_130(string signal)
    {
        StandIn host = new(line, "2");
        using Process session = host.BeginSession();
        StandIn.Signal(session, signal);
        string errors = session.StandardError.ReadToEnd();
        session.WaitForExit();
        Assert.True(session.ExitCode == 130, $"left with {session.ExitCode}: {errors}");
        Assert.Equal("2", host.Value);
        Assert.Contains("every knob is back", errors, StringComparison.Ordinal);

        // It was the session itself: there is nothing left for the next start.
        Assert.Contains("nothing to restore", host.Run("knobs", "restore").Output, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("3", "changed to 3 by somebody else; it is left at 3 ('knobs restore' accepts that, 'knobs restore --force' puts 2 back)")]
    [InlineData("garbage", "could not be put back to 2: ")]
    public void Nothing_is_set_or_measured_over_a_change_that_is_not_undone_and_verbs_that_read_still_do(string found, string says)
    {
        StandIn host = new(line, "2");
        host.KillSession();
        host.Value = found;
        string plan = line.File("root/workloads/plans/slow.yaml");
        foreach (string[] verb in (string[][])[["run", plan], ["validate", plan, "--pairs", "1"], ["knobs", "set", "thp_enabled", "never"]])
        {
            Ended refused = host.Run(verb);
            Assert.True(refused.Code == 3, $"{verb[0]} left with {refused.Code}: {refused.Errors}");
            Assert.StartsWith("error: an earlier run's change is not undone, so nothing ", refused.LastError, StringComparison.Ordinal);
            Assert.Contains(says, refused.LastError, StringComparison.Ordinal);
            Assert.Equal(found, host.Value);
        }
        foreach (string[] verb in (string[][])[["doctor"], ["knobs", "list"], ["plans"]])
        {
            Ended read = host.Run(verb);
            Assert.True(read.Code == 0, read.Errors);
            Assert.Contains("note: knob numa_balancing ", read.Errors, StringComparison.Ordinal);
        }

        // What the message says to do helps.
        if (found == "garbage") host.Value = "1";
        Assert.Equal(0, host.Run("knobs", "restore").Code);
        Assert.Equal(found == "garbage" ? "2" : found, host.Value);
        Assert.Equal(0, host.Run("knobs", "set", "numa_balancing", "0").Code);
        Assert.Equal("0", host.Value);
    }
}
