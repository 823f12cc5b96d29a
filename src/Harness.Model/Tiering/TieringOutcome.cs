namespace Harness.Model;

/// <summary>A tiering simulation's counts under the kernel's names.</summary>
internal static class TieringOutcome
{
    internal static Outcome Of(TieringKernel kernel, TieringProgram program)
    {
        TieringCounts counts = kernel.Counts;
        long elapsed = kernel.Clock.Elapsed;
        double seconds = elapsed / 1e9;
        double[] interrupts = [.. kernel.Cpus.Interrupts.ToArray().Select(count => (double)count)];
        List<Prediction> predictions = [new("interrupts.TLB", "interrupts", interrupts.Sum(), interrupts)];
        void Add(string name, string unit, params ReadOnlySpan<TieringCount> parts)
        {
            long sum = 0;
            foreach (TieringCount part in parts) sum += counts[part];
            predictions.Add(new Prediction(name, unit, sum));
        }
        void AddSeconds(string name, TieringCount time) => predictions.Add(new Prediction(name, "s", counts[time] / 1e9));
        Add("trace.tlb:tlb_flush", "events", TieringCount.TaskSwitchFlushes, TieringCount.RemoteFlushes, TieringCount.LocalFlushes,
            TieringCount.LocalMmFlushes, TieringCount.SentFlushes);
        Add("trace.tlb:tlb_flush/task_switch", "events", TieringCount.TaskSwitchFlushes);
        Add("trace.tlb:tlb_flush/remote_shootdown", "events", TieringCount.RemoteFlushes);
        Add("trace.tlb:tlb_flush/local_shootdown", "events", TieringCount.LocalFlushes);
        Add("trace.tlb:tlb_flush/local_mm_shootdown", "events", TieringCount.LocalMmFlushes);
        Add("trace.tlb:tlb_flush/remote_ipi_send", "events", TieringCount.SentFlushes);
        Add("perf.dTLB-load-misses", "events", TieringCount.LoadWalks);
        Add("perf.dTLB-store-misses", "events", TieringCount.StoreWalks);
        Add("perf.iTLB-load-misses", "events", TieringCount.FetchWalks);
        Add("vmstat.pgfault", "faults", TieringCount.Faults);
        Add("vmstat.pgmajfault", "faults", TieringCount.MajorFaults);
        Add("vmstat.workingset_refault_file", "pages", TieringCount.Refaults);
        Add("vmstat.pgscan_kswapd", "pages", TieringCount.ScanKswapd);
        Add("vmstat.pgscan_direct", "pages", TieringCount.ScanDirect);
        Add("vmstat.pgsteal_kswapd", "pages", TieringCount.StealKswapd);
        Add("vmstat.pgsteal_direct", "pages", TieringCount.StealDirect);
        Add("vmstat.pgdemote_kswapd", "pages", TieringCount.DemoteKswapd);
        Add("vmstat.pgdemote_direct", "pages", TieringCount.DemoteDirect);
        Add("vmstat.pgmigrate_success", "pages", TieringCount.Migrated);
        Add("vmstat.pgmigrate_fail", "pages", TieringCount.MigrateFailed);
        Add("vmstat.allocstall", "events", TieringCount.AllocStalls);
        Add("vmstat.numa_pte_updates", "PTEs", TieringCount.NumaPteUpdates);
        Add("vmstat.numa_hint_faults", "faults", TieringCount.NumaHintFaults);
        Add("vmstat.numa_hint_faults_local", "faults", TieringCount.NumaHintFaultsLocal);
        Add("vmstat.numa_pages_migrated", "pages", TieringCount.NumaPagesMigrated);
        Add("vmstat.pgpromote_success", "pages", TieringCount.PromoteSuccess);
        Add("vmstat.pgpromote_candidate", "pages", TieringCount.PromoteCandidate);
        Add("vmstat.nr_kmmscand_mm_scans", "scans", TieringCount.KmmscandMmScans);
        Add("vmstat.nr_kmmscand_vma_scans", "scans", TieringCount.KmmscandVmaScans);
        Add("vmstat.nr_kmmscand_migadded", "pages", TieringCount.KmmscandAdded);
        Add("vmstat.nr_kmmscand_migrated", "pages", TieringCount.KmmscandMigrated);
        Add("vmstat.nr_kmmscand_migrate_failed", "pages", TieringCount.KmmscandFailed);
        Add("vmstat.nr_kmmscand_slowtier", "pages", TieringCount.KmmscandSlowTier);
        Add("vmstat.nr_kmmscand_toptier", "pages", TieringCount.KmmscandTopTier);
        Add("vmstat.nr_kmmscand_idlepage", "pages", TieringCount.KmmscandIdle);
        Add("model.pages_read", "pages", TieringCount.PagesRead);
        Add("model.pages_unmapped", "mappings", TieringCount.Unmapped);
        Add("model.batch_flushes", "flushes", TieringCount.BatchFlushes);
        Add("model.range_flushes", "flushes", TieringCount.RangeFlushes);
        Add("model.luf_frames", "frames", TieringCount.Lazy);
        Add("model.luf_give_ups", "batches", TieringCount.GiveUps);
        Add("model.luf_allocation_flushes", "flushes", TieringCount.AllocationFlushes);
        Add("model.agings", "passes", TieringCount.Agings);
        Add("model.accesses", "accesses", TieringCount.Accesses);
        Add("model.migrc_frames", "frames", TieringCount.Kept);
        Add("model.migrc_flushes", "flushes", TieringCount.KeptFlushes);
        AddSeconds("model.numa_task_work_seconds", TieringCount.TaskWorkTime);
        AddSeconds("model.numa_migration_seconds", TieringCount.HintMigrationTime);
        AddSeconds("model.kmmscand_scan_seconds", TieringCount.KmmscandScanTime);
        AddSeconds("model.kmmscand_migration_seconds", TieringCount.KmmscandMigrationTime);
        predictions.Add(new Prediction("workload.elapsed", "s", seconds));
        predictions.AddRange(program.Metrics(seconds));
        return new Outcome
        {
            Elapsed = new Nanoseconds(elapsed),
            Counters = predictions,
            Time = [.. Enumerable.Range(0, kernel.Clock.Actors).Select(actor => Time(kernel.Clock.Spent(actor, elapsed, Component.Sleep)))],
        };
    }

    private static Dictionary<Component, Nanoseconds> Time(long[] parts) =>
        Enum.GetValues<Component>().ToDictionary(component => component, component => new Nanoseconds(parts[(int)component]));
}
