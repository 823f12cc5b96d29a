using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Harness.Experiments;
using Harness.Records;

namespace Harness.Targets;

/// <summary>A plan on its full machine, or on a share of it: what each arm simulates.</summary>
public sealed class ScaledPlan
{
    private readonly string machineText;

    /// <summary>Lays the arms out.</summary>
    /// <param name="loaded">The plan as <see cref="AtFullSize"/> gives it, changed as the user likes; its arms are on the model.</param>
    /// <param name="scale">The share.</param>
    /// <param name="machine">The machine that the plan's full size names.</param>
    /// <exception cref="UsageException">An arm's profile is unknown, or the model has no program for the workload.</exception>
    public ScaledPlan(LoadedPlan loaded, Scale scale, MachineDescription machine)
    {
        (Loaded, Scale, Machine) = (loaded, scale, machine);
        machineText = string.Join('\n', machine.Values.Select(value => $"{value.Key} {value.Value}"));
        Model.Machine modelled = DescribedMachine.Model(machine, scale.Fraction);
        Arms = [.. loaded.Plan.Arms.Select((arm, index) =>
        {
            ModelTarget.RequireProgram(arm.Target, loaded.WorkloadOf(arm).Name);
            return (new ModelTarget(arm.Target, TargetName.Parse(arm.Target).Detail, modelled), Request(arm, index));
        })];
    }

    /// <summary>The build of the model: what a saved state and a kept result depend on besides the plan.</summary>
    public static string Build { get; } = typeof(Model.Machine).Module.ModuleVersionId.ToString("N");

    /// <summary>The plan.</summary>
    public LoadedPlan Loaded { get; }

    /// <summary>The share.</summary>
    public Scale Scale { get; }

    /// <summary>The machine, whole.</summary>
    public MachineDescription Machine { get; }

    /// <summary>Each arm's model and what is asked of it.</summary>
    public IReadOnlyList<(ModelTarget Target, RunRequest Request)> Arms { get; }

    /// <summary>The workload's parameters at full size, those of single arms not applied.</summary>
    public IReadOnlyDictionary<string, string> Parameters =>
        Loaded.Workload.Fill(Loaded.Plan, new Arm { Name = "", Target = "" }, Loaded.Plan.Seed);

    /// <summary>The machine's values that nobody published, a line each.</summary>
    public IReadOnlyList<string> Assumptions =>
        [.. Machine.Values.Where(value => value.Source.StartsWith(MachineFile.Assumed, StringComparison.Ordinal))
            .Select(value => $"{value.Key} {value.Value}: {value.Source[MachineFile.Assumed.Length..].Trim()}")];

    /// <summary>
    /// The plan with the parameters and knobs of its full size, and with its LRU as a knob that only the model knows. Left are the arms
    /// that its full size names, else those of the model where the plan has any: those of a guest stand for the guest's size.
    /// </summary>
    /// <exception cref="UsageException">The plan states no full size.</exception>
    public static LoadedPlan AtFullSize(LoadedPlan loaded)
    {
        FullSize full = loaded.Plan.Full
            ?? throw new UsageException(
                $"plan {loaded.Plan.Name} states no full size; leave out --scale, or add a 'full' section to {loaded.File}");
        Dictionary<string, string> parameters = new(loaded.Plan.Parameters);
        foreach ((string name, string value) in full.Parameters) parameters[name] = value;
        KnobSetting[] lru = full.Lru is { } kind
            ? [new KnobSetting(RequestReader.LruGenerations, kind == FullSize.GenerationsLru ? "1" : "0")]
            : [];
        IEnumerable<KnobSetting> ofPlan = loaded.Plan.Knobs.Where(knob => full.Knobs.All(other => other.Knob != knob.Knob));
        Arm[] modelled = [.. loaded.Plan.Arms.Where(arm => TargetName.Parse(arm.Target).Kind == TargetKind.Model)];
        Arm[] named = [.. loaded.Plan.Arms.Where(arm => full.Arms.Contains(arm.Name))];
        IReadOnlyList<Arm> arms = named.Length > 0 ? named : modelled.Length > 0 ? modelled : loaded.Plan.Arms;
        return loaded with { Plan = loaded.Plan with { Arms = arms, Parameters = parameters, Knobs = [.. ofPlan, .. full.Knobs, .. lru] } };
    }

    /// <summary>A name for the files of this plan and scale.</summary>
    public string FileName => $"{Loaded.Plan.Name}-{Scale.Text.Replace('/', '-')}";

    /// <summary>What an arm's saved state belongs to: equal keys, equal futures.</summary>
    internal string KeyOf(RunRequest request)
    {
        string target = Loaded.Plan.Arms.First(arm => arm.Name == request.Arm).Target;
        string all = string.Join(
            '\n', Build, Scale.Fraction.ToString("R", CultureInfo.InvariantCulture), target, machineText, RecordJson.Write(request));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(all)));
    }

    private RunRequest Request(Arm arm, int index)
    {
        Plan plan = Loaded.Plan;
        Workload workload = Loaded.WorkloadOf(arm);
        Dictionary<string, string> parameters = new(workload.Fill(plan, arm, plan.Seed));
        foreach (WorkloadParameter parameter in workload.Parameters.Where(p => p.Scales))
            parameters[parameter.Name] = Share(parameter, parameters[parameter.Name]);
        return RunRequests.Of("scaled", Loaded, arm, pair: 0, index, plan.Seed) with
        {
            Parameters = parameters,
            Command = workload.Command(parameters),
            Events = [],
            TimelineSeconds = 0,
            TimelineCounters = [],
        };
    }

    // An amount of memory stays at least what the workload needs.
    private string Share(WorkloadParameter parameter, string value)
    {
        ulong whole = ulong.Parse(value, CultureInfo.InvariantCulture);
        ulong share = Scale.Fraction == 1 ? whole : (ulong)Math.Round(whole * Scale.Fraction);
        return Math.Max(parameter.Min, share).ToString(CultureInfo.InvariantCulture);
    }
}
