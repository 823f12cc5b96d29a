using Harness.Records;

namespace Harness.Targets.Vm;

/// <summary>How a guest is built, booted and waited for.</summary>
public sealed record VmOptions
{
    /// <summary>CPUs and memory nodes.</summary>
    public required MachineShape Machine { get; init; }

    /// <summary>The options a plan's machine gets when the user says nothing more.</summary>
    /// <param name="machine">The plan's machine.</param>
    /// <param name="folders">The published agent is <c>HARNESS_AGENT</c>, else <c>artifacts/agent</c> below their root.</param>
    public static VmOptions For(MachineShape machine, Folders folders) => new()
    {
        Machine = machine,
        AgentFolder = Environment.GetEnvironmentVariable("HARNESS_AGENT") is { Length: > 0 } named
            ? named
            : Path.Combine(folders.Root, "artifacts", "agent"),
    };

    /// <summary>The folder that <c>dotnet publish src/Harness.Agent</c> wrote.</summary>
    public required string AgentFolder { get; init; }

    /// <summary>Modules of the user's own kernel; Debian's kernels bring theirs.</summary>
    public string? ModulesFolder { get; init; }

    /// <summary>Modules to load before the agent starts, by name; what they depend on comes along.</summary>
    public IReadOnlyList<string> Modules { get; init; } = [];

    /// <summary>
    /// True to give the nodes without CPUs their memory as NVDIMMs, which the guest brings on line through device-dax's kmem: the only
    /// memory that a kernel before 6.7 takes for a tier of its own. It comes in blocks of 128 MiB; what is left of one is not used.
    /// </summary>
    public bool DaxTier { get; init; }

    /// <summary>
    /// A folder beside the workload programs that the workload loads libraries from: it goes on the guest's disk, where it takes no memory
    /// that is not used. Null when the workload loads none.
    /// </summary>
    public string? Libraries { get; init; }

    /// <summary>The file that the guest's runs are recorded into, each over the one before; null where none is to be recorded.</summary>
    public string? TraceFile { get; init; }

    /// <summary>More words for the kernel's command line.</summary>
    public IReadOnlyList<string> KernelArguments { get; init; } = [];

    /// <summary>True to boot for each run; false to keep one boot for all runs until one fails.</summary>
    public bool FreshBoot { get; init; }

    /// <summary>Seconds from QEMU's start to the agent's hello (assumed: ten times what two busy host cores took).</summary>
    public double BootDeadlineSeconds { get; init; } = 60;

    /// <summary>
    /// How often a boot that never reached init is tried (assumed: kernels under software emulation now and then die in early static-key
    /// patching; three in a row is no accident).
    /// </summary>
    public int BootTries { get; init; } = 3;

    /// <summary>
    /// Seconds beyond the request's own deadline after which a guest that gave no answer is called hung. The agent enforces the deadline
    /// itself, so this covers set-up, restoring knobs and the way back (assumed).
    /// </summary>
    public double AnswerMarginSeconds { get; init; } = 20;

    /// <summary>Where qemu-system-x86_64, setpriv, setsid and busybox are looked for: folders separated by colons.</summary>
    public string SearchPath { get; init; } = Host.Proc.SearchPath.Own;
}
