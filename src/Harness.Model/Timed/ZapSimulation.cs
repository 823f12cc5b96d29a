namespace Harness.Model;

/// <summary>
/// munmap of memory in folios of one size, walked through the simulated kernel page by page: runs, gathers, flushes and the way of each
/// folio to the free lists are its own, the times are <see cref="ZapCosts"/>.
/// </summary>
public static class ZapSimulation
{
    private const int Task = 0;
    private const int Mm = 0;

    /// <summary>Free frames beyond the memory's, a share of it and pages: for the watermarks and what per-CPU lists hold back.</summary>
    private const int SpareShare = 8;
    private const int SparePages = 1 << 15;

    /// <summary>Simulates the munmap.</summary>
    /// <param name="machine">CPUs and costs; the memory lies on node 0.</param>
    /// <param name="profile">The kernel.</param>
    /// <param name="zap">The memory.</param>
    /// <param name="cancel">Ends the simulation early.</param>
    /// <exception cref="ArgumentException">The memory is not whole folios of a size there is.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static Outcome Run(Machine machine, Profile profile, Zap zap, CancellationToken cancel = default)
    {
        if (zap.Order is < 0 or > 9 || zap.Pages <= 0 || zap.Pages % (1 << zap.Order) != 0)
            throw new ArgumentException($"{zap.Pages} pages are no whole folios of order {zap.Order}", nameof(zap));
        Kernel kernel = Build(machine, profile, zap);
        var accounts = new Accounts(1);
        long elapsed = 0;
        kernel.Begin(Task, new KernelCall(CallKind.Unmap, 0, zap.Pages));
        for (long steps = 0; ; steps++)
        {
            if ((steps & 0xFFFF) == 0) cancel.ThrowIfCancellationRequested();
            Pause pause = kernel.Step(Task);
            if (pause.Kind == PauseKind.Done) break;
            elapsed += pause.Ns;
            accounts.Charge(Task, pause.Component, pause.Ns);
            if (!kernel.Ready(Task)) kernel.DeliverAll();
        }
        ZoneTally zone = kernel.Allocator.Tallies[0];
        return new Outcome
        {
            Elapsed = new Nanoseconds(elapsed),
            Counters =
            [
                .. Outcome.FlushCounters(kernel.Tallies),
                new Prediction("vmstat.pgfree", "pages", zone.PageFree),
                new Prediction("model.runs", "runs", kernel.Tallies[Tally.ZapRuns]),
                new Prediction("model.forced_flushes", "flushes", kernel.Tallies[Tally.ForcedFlushes]),
                new Prediction("model.pcp_drains", "drains", zone.Drains),
                new Prediction("model.buddy_merges", "merges", zone.Merges),
                new Prediction("workload.elapsed", "s", elapsed / 1e9),
                new Prediction("workload.folios", "folios", zap.Folios),
                new Prediction("workload.ns_per_page", "ns", (double)elapsed / zap.Pages),
            ],
            Time = [accounts.Of(Task)],
        };
    }

    /// <summary>The process on CPU 0 with all of its memory mapped by PTEs, as faults in order would have left it.</summary>
    private static Kernel Build(Machine machine, Profile profile, Zap zap)
    {
        int frames = zap.Pages + zap.Pages / SpareShare + SparePages;
        var kernel = new Kernel(
            new KernelShape
            {
                Memory = new AllocatorShape
                {
                    Zones = [new ZoneShape(0, 0, frames)],
                    CpuNodes = new int[machine.Cpus],
                    Tuning = profile.PerCpuLists,
                },
                TaskCpus = [0],
                TaskMms = [Mm],
                Pages = zap.Pages,
                Vmas = 1,
            },
            profile, machine.Costs);
        kernel.Spaces.Add(Mm, new Vma(0, zap.Pages, VmaFlags.Read | VmaFlags.Write, Vma.Anonymous, 0));
        kernel.Shootdown.Enter(0, Mm);
        int pages = 1 << zap.Order;
        for (int page = 0; page < zap.Pages; page += pages)
        {
            int folio = kernel.Allocator.Allocate(0, 0, zap.Order, AllocationFlags.None, out _);
            kernel.Frames.GiveOut(folio, zap.Order);
            kernel.Frames.Assign(folio, FrameUse.Anonymous, Mm, page);
            kernel.Frames.Set(folio, FolioFlags.Lru);
            kernel.Frames.References(folio) = pages;
            for (int i = 0; i < pages; i++)
            {
                kernel.Frames.MapCount(folio + i) = 1;
                kernel.Spaces.Pte(Mm, page + i) = Pte.Of(folio + i, writable: true, dirty: true);
                kernel.Spaces.UseTable(Mm, page + i);
            }
        }
        kernel.Tallies.Clear();
        return kernel;
    }
}
