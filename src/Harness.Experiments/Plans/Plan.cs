using Harness.Records;

namespace Harness.Experiments;

/// <summary>One side of a comparison: a target with its kernel, and what differs from the plan's common settings.</summary>
public sealed record Arm
{
    /// <summary>The arm's name; the first two arms of a plan are compared as before and after.</summary>
    public required string Name { get; init; }

    /// <summary>The target: <c>local</c>, <c>vm:6.1</c>, <c>vm:/path/to/bzImage</c>, <c>model:6.12</c>.</summary>
    public required string Target { get; init; }

    /// <summary>The workload of this arm where it is not the plan's.</summary>
    public Workload? Workload { get; init; }

    /// <summary>Knobs of this arm, on top of the plan's.</summary>
    public IReadOnlyList<KnobSetting> Knobs { get; init; } = [];

    /// <summary>Workload parameters of this arm, on top of the plan's.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    /// <summary>What must move in this arm's runs besides what the plan names for all.</summary>
    public IReadOnlyList<string> MustMove { get; init; } = [];
}

/// <summary>An experiment at the size it was published at, for the model.</summary>
/// <param name="Machine">The machine's name.</param>
/// <param name="Parameters">Workload parameters on top of the plan's.</param>
/// <param name="Knobs">Knobs on top of the plan's.</param>
/// <param name="Lru">The LRU of the kernels there, <c>classic</c> or <c>generations</c>; null for each profile's own.</param>
public sealed record FullSize(
    string Machine, IReadOnlyDictionary<string, string> Parameters, IReadOnlyList<KnobSetting> Knobs, string? Lru = null)
{
    /// <summary>The arms that are simulated; none for the plan's arms on the model, or all where it has none of these.</summary>
    public IReadOnlyList<string> Arms { get; init; } = [];

    /// <summary>The classic active and inactive lists.</summary>
    public const string ClassicLru = "classic";

    /// <summary>The multi-generational LRU.</summary>
    public const string GenerationsLru = "generations";
}

/// <summary>What to run and how to judge it, as read from a plan file.</summary>
public sealed record Plan
{
    /// <summary>The plan's name: its file name without the ending.</summary>
    public required string Name { get; init; }

    /// <summary>One line for listings and table headings.</summary>
    public required string Title { get; init; }

    /// <summary>Where the experiment comes from (a thread, a patch letter), or null.</summary>
    public string? Source { get; init; }

    /// <summary>The workload's name.</summary>
    public required string Workload { get; init; }

    /// <summary>The workload itself where the plan describes it; null where it names one of those there are.</summary>
    public Workload? Described { get; init; }

    /// <summary>Workload parameters common to all arms.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    /// <summary>Knobs common to all arms.</summary>
    public IReadOnlyList<KnobSetting> Knobs { get; init; } = [];

    /// <summary>Actions before each run: <c>drop_caches</c>.</summary>
    public IReadOnlyList<string> Actions { get; init; } = [];

    /// <summary>perf events to count.</summary>
    public IReadOnlyList<string> Events { get; init; } = [];

    /// <summary>The counters that <c>compare</c> shows and judges, in this order.</summary>
    public required IReadOnlyList<JudgedCounter> Counters { get; init; }

    /// <summary>Counters, or sums of counters (<see cref="CounterSum"/>), that must not be 0 in any run; a run where one is becomes
    /// invalid.</summary>
    public IReadOnlyList<string> MustMove { get; init; } = [];

    /// <summary>
    /// What takes the place of a knob's own proof, by knob (<c>demotion_enabled</c>) or by knob and value (<c>numa_balancing=2</c>):
    /// counters or sums that must not be 0; empty when the workload cannot show that the knob acted.
    /// </summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Proof { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>The machine a <c>vm</c> target builds; a real host has its own.</summary>
    public required MachineShape Machine { get; init; }

    /// <summary>Named variants of the plan, in the file's order.</summary>
    public IReadOnlyList<PlanShape> Shapes { get; init; } = [];

    /// <summary>The shape that this plan has taken; null for the plan's own.</summary>
    public string? Shape { get; init; }

    /// <summary>True when the command line changed parameters or the machine, so that this is none of the plan's shapes.</summary>
    public bool Altered { get; init; }

    /// <summary>The experiment at its published size; null when the plan states none.</summary>
    public FullSize? Full { get; init; }

    /// <summary>The arms, at least two.</summary>
    public required IReadOnlyList<Arm> Arms { get; init; }

    /// <summary>Pairs to run unless the command line says otherwise.</summary>
    public required int Pairs { get; init; }

    /// <summary>Seed of the interleaving and of the workloads' orders.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Seconds between two samples of the timeline; 0 takes none.</summary>
    public double TimelineSeconds { get; init; }

    /// <summary>Deadline of one run in seconds.</summary>
    public required double DeadlineSeconds { get; init; }

    /// <summary>The arm that both sides of an A/A session are; null for a plan as it stands in its file.</summary>
    public string? SameArm { get; init; }

    /// <summary>
    /// The plan of an A/A session: two arms that are one, each with a target of its own as any two arms have. What they differ by is what
    /// this host and these counters do when nothing differs.
    /// </summary>
    /// <param name="arm">The arm's name; the plan's first when null.</param>
    /// <exception cref="UsageException">The plan has no such arm.</exception>
    public Plan WithOneArmTwice(string? arm)
    {
        Arm same = Arms.FirstOrDefault(other => arm is null || other.Name == arm) ?? throw NoArm(arm!);
        return this with { SameArm = same.Name, Arms = [same with { Name = same.Name + "-1" }, same with { Name = same.Name + "-2" }] };
    }

    /// <summary>The plan in one of its shapes.</summary>
    /// <param name="name">The shape's name; null or <c>own</c> for the plan's own.</param>
    /// <exception cref="UsageException">The plan has no such shape.</exception>
    public Plan InShape(string? name)
    {
        if (name is null or PlanShape.Own) return this;
        PlanShape shape = Shapes.FirstOrDefault(shape => shape.Name == name) ?? throw NoShape(name);
        Dictionary<string, string> parameters = new(Parameters);
        foreach ((string parameter, string value) in shape.Parameters) parameters[parameter] = value;
        return this with { Shape = name, Machine = shape.Machine ?? Machine, Parameters = parameters };
    }

    private UsageException NoShape(string name) => new(Shapes.Count == 0
        ? $"plan {Name} has no shape '{name}': it has no shapes besides its own; add them under 'shapes' in its file"
        : $"plan {Name} has no shape '{name}'; there are {string.Join(", ", Shapes.Select(shape => shape.Name))}");

    /// <summary>The line for an arm that the plan does not have.</summary>
    public UsageException NoArm(string name) =>
        new($"plan {Name} has no arm '{name}'; there are {string.Join(", ", Arms.Select(arm => arm.Name))}");
}
