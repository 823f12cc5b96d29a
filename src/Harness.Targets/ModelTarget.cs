using Harness.Experiments;
using Harness.Model;
using Harness.Records;

namespace Harness.Targets;

/// <summary>The simulation model as a target: predicts a run instead of executing it.</summary>
public sealed class ModelTarget : ITarget
{
    private const int LeastForHugePagesMiB = 512 + 96;    // assumed: what the kernel and a 40 MiB image, unpacked and not, take by then
    private const int MaxCpus = 4_096;      // assumed: eight times the largest machine described

    private readonly Machine machine;
    private readonly Profile profile;

    /// <summary>A target for one kernel profile and machine.</summary>
    /// <param name="name">The target as the user named it: <c>model:6.1</c>.</param>
    /// <param name="profile">The kernel profile's name.</param>
    /// <param name="machine">The machine.</param>
    /// <exception cref="UsageException">No such profile, or a machine without CPUs or with absurdly many.</exception>
    public ModelTarget(string name, string profile, Machine machine)
    {
        Name = name;
        this.machine = machine;
        try
        {
            this.profile = Profile.Parse(profile);
        }
        catch (FormatException e)
        {
            throw new UsageException($"{name}: {e.Message}", e);
        }
        if (machine.Cpus is < 1 or > MaxCpus) throw new UsageException($"{name}: a machine of {machine.Cpus} CPUs; give 1 to {MaxCpus}");
    }

    /// <summary>A target for one kernel profile on a plan's or a host's machine.</summary>
    /// <param name="name">The target as the user named it: <c>model:6.1</c>.</param>
    /// <param name="profile">The kernel profile's name.</param>
    /// <param name="machine">CPUs and memory nodes.</param>
    /// <param name="emulated">True to predict a guest under software emulation on this host's cores; false to predict hardware.</param>
    /// <param name="tlb">The TLBs of hardware; a current server's when null.</param>
    /// <exception cref="UsageException">No such profile, or a machine without CPUs or with absurdly many.</exception>
    public ModelTarget(string name, string profile, MachineShape machine, bool emulated, TlbGeometry? tlb = null)
        : this(name, profile, Machine(machine, emulated, tlb))
    {
    }

    /// <summary>The workloads the model has a program for.</summary>
    public static IReadOnlyList<string> Workloads { get; } = [.. ModelProgram.All.Select(program => program.Workload)];

    /// <summary>
    /// True when the model has a program for the request's workload, follows everything it asks and has what its knobs set.
    /// </summary>
    public static bool Follows(RunRequest request) =>
        Takes(request.Knobs)
        && ModelProgram.All.FirstOrDefault(p => p.Workload == request.Workload) is { } program
        && program.NotFollowed(new RequestReader("model", request)) is null;

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>
    /// True when the model has what all these settings bring to bear; a setting that it does not know may still decide nothing.
    /// </summary>
    /// <param name="knobs">The knobs of a run.</param>
    public static bool Takes(IEnumerable<KnobSetting> knobs) => !knobs.Any(RequestReader.Lacks);

    /// <summary>Refuses a workload that the model cannot run.</summary>
    /// <param name="target">The target as the user named it.</param>
    /// <param name="workload">The workload's name.</param>
    /// <exception cref="UsageException">The model has no program for it.</exception>
    public static void RequireProgram(string target, string workload) => ProgramOf(target, workload);

    /// <inheritdoc/>
    /// <remarks>The model has no state between runs, keeps no log and cannot fail as a host does; <c>Started</c> is when the prediction was
    /// made.</remarks>
    /// <exception cref="UsageException">The model has no program for this workload, or a parameter is missing, malformed or
    /// absurd.</exception>
    public Task<RunRecord> RunAsync(RunRequest request, string logs, CancellationToken cancel)
    {
        DateTimeOffset started = DateTimeOffset.UtcNow;
        ModelRun run = Start(request);
        return Task.Run(
            () =>
            {
                while (!run.Done)
                {
                    cancel.ThrowIfCancellationRequested();
                    run.Advance(cancel);
                }
                return Record(request, started, run.Outcome());
            },
            cancel);
    }

    /// <summary>A run at its beginning, to be advanced by the caller.</summary>
    /// <param name="request">What is asked.</param>
    /// <exception cref="UsageException">The model has no program for this workload, or a parameter is missing, malformed or
    /// absurd.</exception>
    public ModelRun Start(RunRequest request)
    {
        ModelProgram program = ProgramOf(Name, request.Workload);
        RequestReader asked = new(Name, request);
        return program.NotFollowed(asked) is { } problem ? throw asked.Error(problem) : program.Start(asked, machine, profile);
    }

    /// <summary>The record of a run that is over.</summary>
    /// <param name="request">What was asked.</param>
    /// <param name="started">When it was begun.</param>
    /// <param name="outcome">What it gave.</param>
    public RunRecord Record(RunRequest request, DateTimeOffset started, Outcome outcome) => new()
    {
        Request = request,
        Target = Name,
        Origin = Origin.Modelled,
        Caution = machine.Basis,
        State = RunState.Done,
        Started = started,
        WindowSeconds = outcome.Elapsed.Seconds,
        Counters =
        [
            .. outcome.Counters.Select(c => new Counter { Name = c.Name, Unit = c.Unit, Value = c.Value, PerCpu = c.PerCpu }),
            .. Times("time.main.", outcome.Time.Take(1)),
            .. Times("time.others.", outcome.Time.Skip(1)),
        ],
    };

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    // Where the time went, a counter a component: of the main thread, and of all others together.
    private static IEnumerable<Counter> Times(string prefix, IEnumerable<IReadOnlyDictionary<Component, Nanoseconds>> threads) =>
        Enum.GetValues<Component>().Select(component => new Counter
        {
            Name = prefix + component.ToString().ToLowerInvariant(),
            Unit = "s",
            Value = threads.Sum(thread => thread.GetValueOrDefault(component).Seconds),
        });

    private static ModelProgram ProgramOf(string target, string workload) => ModelProgram.All.FirstOrDefault(p => p.Workload == workload)
        ?? throw new UsageException($"{target}: the model has no program for {workload}; it has {string.Join(", ", Workloads)}");

    /// <summary>
    /// A guest too small for huge pages has the least that its memory asks for: below 512 MiB when they are initialised, with its image in
    /// memory still (published: hugepage_init, calculate_min_free_kbytes; measured: 2,806 KiB of 576 MiB). Null for a larger one.
    /// </summary>
    private static int? MinFreeOf(MachineShape shape)
    {
        long mebibytes = shape.Nodes.Sum(node => (long)node.MemoryMiB);
        return mebibytes < LeastForHugePagesMiB ? (int)Math.Sqrt(mebibytes * 1024 * 16) : null;
    }

    /// <summary>A plan's or a host's machine as the model takes it.</summary>
    internal static Machine Machine(MachineShape shape, bool emulated, TlbGeometry? tlb)
    {
        MemoryNode[] nodes =
        [
            .. shape.Nodes.Select(node => DescribedMachine.Node(node.LatencyNs, node.MemoryMiB, node.BandwidthMiBps, node.Cpus)),
        ];
        return emulated
            ? Model.Machine.Emulated(shape.Cpus, nodes, Environment.ProcessorCount) with { MinFreeKilobytes = MinFreeOf(shape) }
            : Model.Machine.Hardware(shape.Cpus, nodes, tlb);
    }
}
