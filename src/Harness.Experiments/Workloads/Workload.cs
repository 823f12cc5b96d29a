using System.Globalization;
using Harness.Experiments.Yaml;
using Harness.Records;

namespace Harness.Experiments;

/// <summary>A number that a workload prints; it becomes the counter <c>workload.NAME</c>.</summary>
/// <param name="Name">Its name in the program's result object.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="What">How it is defined, in one line.</param>
/// <param name="Pattern">
/// The regular expression that finds it in an external program's output; null when the output's format has it.
/// </param>
public sealed record WorkloadMetric(string Name, string Unit, string What, string? Pattern = null);

/// <summary>A workload as its <c>workload.yaml</c> describes it.</summary>
public sealed record Workload
{
    /// <summary>The parameter that belongs to the runner: both sides of a pair get the same value, and a plan cannot set it.</summary>
    public const string SeedParameter = "seed";

    /// <summary>The workload's name: its folder's.</summary>
    public required string Name { get; init; }

    /// <summary>One line for listings.</summary>
    public required string What { get; init; }

    /// <summary>The program's file name.</summary>
    public required string Program { get; init; }

    /// <summary>Set when the program is somebody else's; null for those built here.</summary>
    public ExternalProgram? External { get; init; }

    /// <summary>The arguments of an external program; <c>{NAME}</c> in them stands for the parameter's value.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>See <see cref="WorkloadCommand.Handshake"/>.</summary>
    public bool Handshake { get; init; }

    /// <summary>The folder beside the programs that the program loads libraries from, or null.</summary>
    public string? Libraries { get; init; }

    /// <summary>
    /// The workload that takes its place, with the same parameters, where its libraries are not installed; null for none.
    /// </summary>
    public string? StandIn { get; init; }

    /// <summary>Memory nodes it needs.</summary>
    public int Nodes { get; init; } = 1;

    /// <summary>The parameters, in the descriptor's order.</summary>
    public required IReadOnlyList<WorkloadParameter> Parameters { get; init; }

    /// <summary>The metrics, in the descriptor's order.</summary>
    public required IReadOnlyList<WorkloadMetric> Metrics { get; init; }

    /// <summary>Units by metric name, as a <see cref="RunRequest"/> carries them.</summary>
    public IReadOnlyDictionary<string, string> MetricUnits => Metrics.ToDictionary(m => m.Name, m => m.Unit);

    /// <summary>Every parameter's value for one run: defaults, then the plan's, then the arm's, then the seed.</summary>
    public IReadOnlyDictionary<string, string> Fill(Plan plan, Arm arm, ulong seed)
    {
        var values = Parameters.ToDictionary(p => p.Name, p => p.Default);
        // an arm may run another workload than the plan's, which has not all of the plan's parameters
        foreach ((string name, string value) in plan.Parameters.Concat(arm.Parameters).Where(p => values.ContainsKey(p.Key)))
            values[name] = value;
        if (values.ContainsKey(SeedParameter)) values[SeedParameter] = seed.ToString(CultureInfo.InvariantCulture);
        return values;
    }

    /// <summary>A parameter's value as the program takes it.</summary>
    /// <exception cref="UsageException">The workload has no such parameter, or it does not take such a value.</exception>
    public string Check(string name, string value)
    {
        WorkloadParameter? parameter = Parameters.FirstOrDefault(p => p.Name == name && name != SeedParameter);
        string there = string.Join(", ", Parameters.Select(p => p.Name).Where(n => n != SeedParameter));
        if (parameter is null) throw new UsageException($"workload {Name} has no parameter {Words.Quote(name)} to set; there are {there}");
        return parameter.Accept(value, out string problem) ?? throw new UsageException($"{name} {problem}");
    }

    /// <summary>The workload with its external program at that place on the target.</summary>
    /// <param name="program">The program's name, as the descriptor has it.</param>
    /// <param name="path">Its absolute path on the target.</param>
    /// <exception cref="UsageException">The workload has no such external program, or the path is none.</exception>
    public Workload WithProgram(string program, string path)
    {
        if (External is null) throw new UsageException($"--program: workload {Name} runs a program built here; there is none to name");
        if (program != Program) throw new UsageException($"--program: workload {Name} runs {Program}, not {Words.Quote(program)}");
        if (!path.StartsWith('/') || path.Any(char.IsControl))
            throw new UsageException($"--program: {Words.Quote(path)} is no absolute path; give {Program}=/path/to/{Program}");
        return this with { External = External with { Path = path } };
    }

    /// <summary>How the program is started with these values.</summary>
    public WorkloadCommand Command(IReadOnlyDictionary<string, string> values)
    {
        if (External is not null)
            return new WorkloadCommand { Program = Program, Arguments = [.. Arguments.Select(Filled)], External = External };
        var arguments = Parameters.Select(p => $"--{p.Name}={values[p.Name]}").ToList();
        if (Handshake) arguments.Add("--handshake");
        return new WorkloadCommand { Program = Program, Arguments = arguments, Handshake = Handshake };

        // One pass, so that a value that looks like a parameter's name stays what it is.
        string Filled(string argument) => Template.Fill(argument, name => values[name]);
    }
}
