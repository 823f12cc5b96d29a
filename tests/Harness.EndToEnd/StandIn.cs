using System.Diagnostics;
using System.Runtime.Versioning;

namespace Harness.EndToEnd;

/// <summary>
/// A plain file in the place of numa_balancing, for the processes started here alone: no setting of this host is touched. The boot's id has
/// one too, so that a reboot can be played.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class StandIn
{
    private const string Knob = "/proc/sys/kernel/numa_balancing";
    private const string Boot = "/proc/sys/kernel/random/boot_id";

    private readonly CommandLine line;

    public StandIn(CommandLine line, string value)
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "a stand-in for a kernel file needs a mount namespace, and that root");
        Skip.IfNot(File.Exists(Knob), $"this kernel has no {Knob} to stand in for");
        this.line = line;
        Value = value;
        BootId = File.ReadAllText(Boot).Trim();
    }

    /// <summary>What the knob's file holds.</summary>
    public string Value
    {
        get => File.ReadAllText(line.File("knob")).Trim();
        set => File.WriteAllText(line.File("knob"), value + "\n");
    }

    /// <summary>What the boot's id is taken to be.</summary>
    public string BootId
    {
        set => File.WriteAllText(line.File("boot"), value + "\n");
    }

    /// <summary>The command line, which keeps its process id from the start on; not started.</summary>
    public ProcessStartInfo Start(params string[] arguments) => StartProgram("dotnet", [CommandLine.Program, .. arguments]);

    /// <summary>The command line run to its end.</summary>
    public Ended Run(params string[] arguments) => CommandLine.Wait(Start(arguments));

    /// <summary>Any program; not started.</summary>
    public ProcessStartInfo StartProgram(string program, params string[] arguments)
    {
        string mounts = $"mount --bind \"$STAND_IN\" {Knob} && mount --bind \"$BOOT\" {Boot} && exec \"$0\" \"$@\"";
        ProcessStartInfo start = line.Wrapped(["unshare", "-m", "sh", "-c", mounts, program, .. arguments]);
        start.Environment["STAND_IN"] = line.File("knob");
        start.Environment["BOOT"] = line.File("boot");
        start.Environment["HARNESS_ROOT"] = line.File("root");
        start.Environment["HARNESS_WORKLOADS"] = line.File("programs");
        return start;
    }

    /// <summary>Starts a session that lasts until it is ended, and returns once its run has set the knob from 2 to 1.</summary>
    public Process BeginSession()
    {
        Value = "2";
        LocalPlan.Write(line, "slow", "exec sleep 60", "knobs: {numa_balancing: 1}");
        Process session = Process.Start(Start("run", line.File("root/workloads/plans/slow.yaml")))!;
        while (Value != "1")
        {
            Assert.False(session.HasExited, session.HasExited ? session.StandardError.ReadToEnd() : "");
            session.WaitForExit(50);
        }
        return session;
    }

    /// <summary>Leaves the knob at 1, as a session does that is killed in its run.</summary>
    public void KillSession()
    {
        using Process session = BeginSession();
        Signal(session, "KILL");
        session.WaitForExit();
        Assert.Equal("1", Value);
    }

    public static void Signal(Process process, string signal)
    {
        using Process kill = Process.Start("kill", [$"-{signal}", $"{process.Id}"]);
        kill.WaitForExit();
    }
}
