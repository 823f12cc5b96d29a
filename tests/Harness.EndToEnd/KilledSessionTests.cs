using System.Diagnostics;
using System.Runtime.Versioning;

namespace Harness.EndToEnd;

/// <summary>Does the next start put back the knob of a session that was killed with SIGKILL, and does <c>knobs list</c> say so?</summary>
[SupportedOSPlatform("linux")]
public sealed class KilledSessionTests : IDisposable
{
    private const string Knob = "/proc/sys/kernel/numa_balancing";
    private readonly CommandLine line = new();

    public void Dispose() => line.Dispose();

    [SkippableFact]
    public void The_next_start_restores_what_a_killed_session_left_changed()
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "a stand-in for a kernel file needs a mount namespace, and that root");
        Skip.IfNot(File.Exists(Knob), $"this kernel has no {Knob} to stand in for");
        File.WriteAllText(line.File("knob"), "2\n");
        LocalPlan.Write(line, "slow", "exec sleep 60", "knobs: {numa_balancing: 1}");

        using (Process session = Process.Start(InNamespace("run", line.File("root/workloads/plans/slow.yaml")))!)
        {
            while (File.ReadAllText(line.File("knob")).Trim() != "1") // the plan's value: the run is under way
            {
                Assert.False(session.HasExited, session.HasExited ? session.StandardError.ReadToEnd() : "");
                session.WaitForExit(50);
            }
            Process.Start("kill", ["-KILL", $"{session.Id}"]).WaitForExit();
            session.WaitForExit();
        }
        Assert.Equal("1", File.ReadAllText(line.File("knob")).Trim());

        Ended next = CommandLine.Wait(InNamespace("knobs", "list"));
        Assert.True(next.Code == 0, next.Errors);
        Assert.Equal("2", File.ReadAllText(line.File("knob")).Trim());
        Assert.Contains("numa_balancing", next.Errors, StringComparison.Ordinal);
        Assert.Contains("restored", next.Output, StringComparison.Ordinal);
    }

    /// <summary>The command line where the kernel's file is a plain file of the test: no setting of this host is touched.</summary>
    private ProcessStartInfo InNamespace(params string[] arguments)
    {
        ProcessStartInfo start = line.Wrapped(
            ["unshare", "-m", "sh", "-c", $"mount --bind \"$STAND_IN\" {Knob} && exec dotnet \"$0\" \"$@\"", CommandLine.Program, .. arguments]);
        start.Environment["STAND_IN"] = line.File("knob");
        start.Environment["HARNESS_ROOT"] = line.File("root");
        start.Environment["HARNESS_WORKLOADS"] = line.File("programs");
        return start;
    }
}
