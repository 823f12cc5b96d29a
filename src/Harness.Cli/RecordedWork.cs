using Harness.Experiments;
using Harness.Records;
using Harness.Targets;
using Harness.Targets.Vm;

namespace Harness.Cli;

/// <summary>What <c>record</c> runs: an arm of a plan, or a command.</summary>
internal sealed record RecordedWork
{
    // Assumed: longer than anybody waits beside a recording, and below what a request may ask.
    private const double CommandDeadlineSeconds = 86_000;

    /// <summary>What ran, for the file's header.</summary>
    public required string Subject { get; init; }

    /// <summary>Where it runs.</summary>
    public required string Target { get; init; }

    /// <summary>How a guest is built for it.</summary>
    public required VmOptions Options { get; init; }

    /// <summary>The counters that show what recording costs.</summary>
    public required IReadOnlyList<JudgedCounter> Counters { get; init; }

    /// <summary>The request of a run, by the session's id, the pair and the place in the session's order.</summary>
    public required Func<string, int, int, RunRequest> Request { get; init; }

    /// <summary>An arm of a plan.</summary>
    /// <param name="folders">Where things live.</param>
    /// <param name="loaded">The plan.</param>
    /// <param name="name">The arm's name; the plan's first that runs on a kernel when null.</param>
    /// <param name="target">Another target than the arm's, or null.</param>
    /// <exception cref="UsageException">No such arm, or a target that has no kernel.</exception>
    public static RecordedWork Of(Folders folders, LoadedPlan loaded, string? name, string? target)
    {
        Arm arm = name is null
            ? loaded.Plan.Arms.FirstOrDefault(arm => !IsModel(arm.Target)) ?? loaded.Plan.Arms[0]
            : loaded.Plan.Arms.FirstOrDefault(arm => arm.Name == name) ?? throw loaded.Plan.NoArm(name);
        if (target is not null) arm = arm with { Target = target };
        Refuse(arm.Target);
        loaded = loaded with { Plan = loaded.Plan with { Arms = [arm] } };
        loaded = loaded.WithStandIns(folders.Programs, WorkloadCatalog.List(folders), _ => true, Console.Error.WriteLine);
        arm = loaded.Plan.Arms[0];
        return new RecordedWork
        {
            Subject = $"{loaded.Plan.Name}, arm {arm.Name}",
            Target = arm.Target,
            Options = VmOptions.For(loaded.Plan.Machine, folders) with { Libraries = loaded.WorkloadOf(arm).Libraries },
            Counters = [.. loaded.Plan.Counters.Select(counter => counter with { Better = Better.Neither, PerCpu = false })],
            // The same seed each time: runs with and without a recording do the same.
            Request = (session, pair, sequence) => RunRequests.Of(session, loaded, arm, pair, sequence, loaded.Plan.Seed),
        };
    }

    /// <summary>A command, as it was typed after <c>--</c>.</summary>
    /// <param name="folders">Where things live.</param>
    /// <param name="words">The program, by name or path, and its arguments.</param>
    /// <param name="target">Where it runs; null for this host.</param>
    /// <param name="machine">The guest's machine, should it be one.</param>
    /// <exception cref="UsageException">A target that has no kernel.</exception>
    public static RecordedWork Of(Folders folders, IReadOnlyList<string> words, string? target, MachineShape machine)
    {
        target ??= "local";
        Refuse(target);
        string program = Path.GetFileName(words[0]);
        bool isPath = words[0].Contains('/', StringComparison.Ordinal);
        WorkloadCommand command = new()
        {
            Program = program,
            Arguments = [.. words.Skip(1)],
            External = new ExternalProgram
            {
                Path = !isPath ? null : TargetName.Parse(target).Kind == TargetKind.Local ? Path.GetFullPath(words[0]) : words[0],
                Install = "name a program that is there",
                ExitCodes = [.. Enumerable.Range(0, 256)],
            },
        };
        return new RecordedWork
        {
            Subject = string.Join(' ', words),
            Target = target,
            Options = VmOptions.For(TargetName.Parse(target).Kind == TargetKind.Local ? OneNode : machine, folders),
            Counters = [new JudgedCounter("workload.elapsed", Better.Neither), new JudgedCounter("interrupts.TLB", Better.Neither)],
            Request = (session, pair, sequence) => new RunRequest
            {
                Session = session,
                Plan = "command",
                Arm = "command",
                Pair = pair,
                Sequence = sequence,
                Seed = 0,
                Workload = program,
                Parameters = new Dictionary<string, string>(),
                Command = command,
                MetricUnits = new Dictionary<string, string> { ["elapsed"] = "s" },
                DeadlineSeconds = CommandDeadlineSeconds,
            },
        };
    }

    /// <summary>
    /// A guest for a command, when nothing more is said of it (assumed: what the plans' guests have, and room for a program).
    /// </summary>
    public static MachineShape TwoNodes { get; } = new()
    {
        Nodes =
        [
            new NodeShape { MemoryMiB = 512, Cpus = 4, LatencyNs = 90, BandwidthMiBps = 40000 },
            new NodeShape { MemoryMiB = 512, Cpus = 0, LatencyNs = 250, BandwidthMiBps = 20000 },
        ],
    };

    private static MachineShape OneNode { get; } = TwoNodes with { Nodes = [TwoNodes.Nodes[0]] };

    private static bool IsModel(string target) => TargetName.Parse(target).Kind == TargetKind.Model;

    private static void Refuse(string target)
    {
        if (IsModel(target)) throw new UsageException($"{target} has no kernel to record; give --target local or vm:VERSION");
    }
}
