namespace Harness.Model;

/// <summary>One predicted counter under the kernel's name.</summary>
/// <param name="Name">The name, as a measured record has it: <c>interrupts.TLB</c>, <c>trace.tlb:tlb_flush/remote_ipi_send</c>, ….</param>
/// <param name="Unit">The unit of the values.</param>
/// <param name="Value">The total.</param>
/// <param name="PerCpu">The parts per CPU, or null where there are none.</param>
public sealed record Prediction(string Name, string Unit, double Value, IReadOnlyList<double>? PerCpu = null);

/// <summary>What a simulation predicts.</summary>
public sealed record Outcome
{
    /// <summary>Length of the measured window.</summary>
    public required Nanoseconds Elapsed { get; init; }

    /// <summary>The counters.</summary>
    public required IReadOnlyList<Prediction> Counters { get; init; }

    /// <summary>
    /// Where the time of each thread went: the main thread first, then the touching ones. Each thread's parts sum to <see cref="Elapsed"/>.
    /// </summary>
    public required IReadOnlyList<IReadOnlyDictionary<Component, Nanoseconds>> Time { get; init; }

    /// <summary>The counter of that name.</summary>
    /// <exception cref="KeyNotFoundException">The model does not predict it.</exception>
    public Prediction this[string name]
    {
        get
        {
            foreach (Prediction counter in Counters)
            {
                if (counter.Name == name) return counter;
            }
            throw new KeyNotFoundException($"the model does not predict '{name}'");
        }
    }

    internal static Outcome Of(Tallies tallies, Accounts accounts, int threads, long elapsed, long migrated, long moved) => new()
    {
        Elapsed = new Nanoseconds(elapsed),
        Counters =
        [
            .. FlushCounters(tallies),
            new Prediction("vmstat.pgmigrate_success", "pages", migrated),
            new Prediction("vmstat.pgmigrate_fail", "pages", tallies[Tally.MigrateFailed]),
            new Prediction("vmstat.thp_migration_success", "events", tallies[Tally.HugeMigrated]),
            new Prediction("workload.elapsed", "s", elapsed / 1e9),
            new Prediction("workload.pages_moved", "pages", moved),
            new Prediction("workload.pages_per_second", "pages/s", moved * 1e9 / elapsed),
        ],
        Time = [.. Enumerable.Range(0, threads).Select(accounts.Of)],
    };

    /// <summary>What the kernel says of TLB flushes.</summary>
    internal static IReadOnlyList<Prediction> FlushCounters(Tallies tallies)
    {
        int cpus = tallies.Interrupts.Length;
        var all = new double[cpus];
        List<Prediction> counters =
        [
            PerCpu("interrupts.TLB", "interrupts", Array.ConvertAll(tallies.Interrupts, count => (double)count)),
            PerCpu("interrupts.CAL/tlb", "interrupts", Array.ConvertAll(tallies.CallInterrupts, count => (double)count)),
        ];
        List<Prediction> reasons = [];
        for (int reason = 0; reason < Tallies.Reasons; reason++)
        {
            var parts = new double[cpus];
            string name = "trace.tlb:tlb_flush/" + NameOf((FlushReason)reason);
            for (int kind = 0; kind < Tallies.Kinds; kind++)
            {
                var ofKind = new double[cpus];
                for (int cpu = 0; cpu < cpus; cpu++)
                {
                    ofKind[cpu] = tallies.Flushes[Tallies.At(cpu, (FlushReason)reason, (FlushedPages)kind)];
                    parts[cpu] += ofKind[cpu];
                    all[cpu] += ofKind[cpu];
                }
                reasons.Add(PerCpu($"{name}/{NameOf((FlushedPages)kind)}", "events", ofKind));
            }
            reasons.Insert(reasons.Count - Tallies.Kinds, PerCpu(name, "events", parts));
        }
        counters.Add(PerCpu("trace.tlb:tlb_flush", "events", all));
        counters.AddRange(reasons);
        return counters;
    }

    private static Prediction PerCpu(string name, string unit, double[] parts) => new(name, unit, parts.Sum(), parts);

    private static string NameOf(FlushedPages pages) => pages switch
    {
        FlushedPages.All => "pages=-1",
        FlushedPages.None => "pages=0",
        FlushedPages.Range => "pages=n",
        _ => throw new ArgumentOutOfRangeException(nameof(pages)),
    };

    private static string NameOf(FlushReason reason) => reason switch
    {
        FlushReason.TaskSwitch => "task_switch",
        FlushReason.RemoteShootdown => "remote_shootdown",
        FlushReason.LocalShootdown => "local_shootdown",
        FlushReason.LocalMmShootdown => "local_mm_shootdown",
        FlushReason.RemoteIpiSend => "remote_ipi_send",
        _ => throw new ArgumentOutOfRangeException(nameof(reason)),
    };
}
