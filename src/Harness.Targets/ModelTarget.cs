using System.Globalization;
using Harness.Experiments;
using Harness.Model;
using Harness.Records;

namespace Harness.Targets;

/// <summary>The simulation model as a target: predicts a run instead of executing it.</summary>
public sealed class ModelTarget : ITarget
{
    /// <summary>The workloads the model has a program for.</summary>
    public static IReadOnlyList<string> Workloads { get; } = ["migrate-pingpong"];

    // bounds that keep one prediction within minutes and its state within a few hundred MiB
    private const int MaxCpus = 4_096;
    private const int MaxThreads = 4_096;
    private const int MaxPages = 1 << 22;
    private const int MaxRounds = 100_000;
    private const long MaxMoves = 1L << 28;

    private readonly Machine machine;
    private readonly Profile profile;

    /// <summary>Refuses a workload that the model cannot run.</summary>
    /// <param name="target">The target as the user named it.</param>
    /// <param name="workload">The workload's name.</param>
    /// <exception cref="UsageException">The model has no program for it.</exception>
    public static void RequireProgram(string target, string workload)
    {
        if (!Workloads.Contains(workload))
            throw new UsageException($"{target}: the model has no program for {workload}; it has {string.Join(", ", Workloads)}");
    }

    /// <summary>A target for one kernel profile and machine.</summary>
    /// <param name="name">The target as the user named it: <c>model:6.1</c>.</param>
    /// <param name="profile">The kernel profile's name.</param>
    /// <param name="machine">CPUs and memory nodes.</param>
    /// <param name="emulated">True to predict a guest under software emulation on this host's cores; false to predict hardware.</param>
    /// <param name="tlb">The TLBs of hardware; a current server's when null.</param>
    /// <exception cref="UsageException">No such profile, or a machine without CPUs or with absurdly many.</exception>
    public ModelTarget(string name, string profile, MachineShape machine, bool emulated, TlbGeometry? tlb = null)
    {
        Name = name;
        try
        {
            this.profile = Profile.Parse(profile);
        }
        catch (FormatException e)
        {
            throw new UsageException($"{name}: {e.Message}", e);
        }
        if (machine.Cpus is < 1 or > MaxCpus) throw new UsageException($"{name}: a machine of {machine.Cpus} CPUs; give 1 to {MaxCpus}");
        MemoryNode[] nodes = [.. machine.Nodes.Select(node => new MemoryNode(node.LatencyNs))];
        this.machine = emulated ? Machine.Emulated(machine.Cpus, nodes, Environment.ProcessorCount) : Machine.Hardware(machine.Cpus, nodes, tlb);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    /// <remarks>The model has no state between runs, keeps no log and cannot fail as a host does; <c>Started</c> is when the prediction was
    /// made.</remarks>
    /// <exception cref="UsageException">The model has no program for this workload, or a parameter is missing, malformed or
    /// absurd.</exception>
    public Task<RunRecord> RunAsync(RunRequest request, string logs, CancellationToken cancel)
    {
        MigratePingpong workload = Read(request);
        return Task.Run(() => Predict(request, workload, cancel), cancel);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private RunRecord Predict(RunRequest request, MigratePingpong workload, CancellationToken cancel)
    {
        DateTimeOffset started = DateTimeOffset.UtcNow;
        Outcome outcome = Simulation.Run(machine, profile, workload, cancel);
        return new RunRecord
        {
            Request = request,
            Target = Name,
            Origin = Origin.Modelled,
            Caution = machine.Basis,
            State = RunState.Done,
            Started = started,
            WindowSeconds = outcome.Elapsed.Seconds,
            Counters = [.. outcome.Counters.Select(c => new Counter { Name = c.Name, Unit = c.Unit, Value = c.Value, PerCpu = c.PerCpu })],
        };
    }

    private MigratePingpong Read(RunRequest request)
    {
        RequireProgram(Name, request.Workload);
        int pages = Number(request, "pages", 1, MaxPages);
        int rounds = Number(request, "rounds", 1, MaxRounds);
        if ((long)pages * rounds > MaxMoves)
            throw new UsageException(
                $"{Name}: {pages} pages × {rounds} rounds are too many moves to simulate; keep the product to {MaxMoves}");
        int from = Number(request, "from", 0, machine.Nodes.Count - 1, 0);
        int to = Number(request, "to", 0, machine.Nodes.Count - 1, 1);
        if (from == to) throw new UsageException($"{Name}: workload parameters from and to both name node {from}; give two nodes");
        return new MigratePingpong
        {
            Pages = pages,
            Rounds = rounds,
            Threads = Number(request, "threads", 0, MaxThreads),
            Seed = Seed(request),
            Bind = Bind(request),
            From = from,
            To = to,
        };
    }

    private ulong Seed(RunRequest request)
    {
        if (!request.Parameters.TryGetValue("seed", out string? text)) return request.Seed;
        if (ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong seed)) return seed;
        throw new UsageException($"{Name}: workload parameter seed is '{text}'; give a whole number from 0 to {ulong.MaxValue}");
    }

    private Binding Bind(RunRequest request) => request.Parameters.GetValueOrDefault("bind", "spread") switch
    {
        "spread" => Binding.Spread,
        "none" => Binding.None,
        string other => throw new UsageException($"{Name}: workload parameter bind is '{other}'; give spread or none"),
    };

    private int Number(RunRequest request, string parameter, int least, int most, int? otherwise = null)
    {
        if (!request.Parameters.TryGetValue(parameter, out string? text))
        {
            text = otherwise?.ToString(CultureInfo.InvariantCulture)
                ?? throw new UsageException(
                    $"{Name}: workload parameter {parameter} is missing; give a whole number from {least} to {most}");
        }
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value)
            && value >= least && value <= most)
            return value;
        throw new UsageException($"{Name}: workload parameter {parameter} is '{text}'; give a whole number from {least} to {most}");
    }
}
