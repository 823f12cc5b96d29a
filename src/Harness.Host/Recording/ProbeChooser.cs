using Harness.Host.Recording.Symbols;
using Harness.Traces;

namespace Harness.Host.Recording;

/// <summary>
/// Chooses the probes for one kernel. Arguments of functions lie as the x86-64 ABI says (di, si, dx, cx, r8); their order in these
/// functions is the same from 5.19 to 6.12 (published: the kernel's source; the tests in guests see them hit).
/// </summary>
internal sealed class ProbeChooser
{
    private const string UnmapOne = "try_to_unmap_one";
    private const string MigrateOne = "try_to_migrate_one";
    private const string Pending = "set_tlb_ubc_flush_pending";
    private const string PageBase = "vmemmap_base";
    private const string DeviceExclusive = "make_device_exclusive";
    private const string DeviceExclusiveRange = "make_device_exclusive_range";
    private const string Generation = "mm_struct.context.tlb_gen";
    private const int WordBits = 64;

    private readonly KernelSymbols symbols;
    private readonly KernelLayout layout;
    private readonly int words;
    private readonly List<Probe> probes = [];
    private readonly List<string> missing = [];

    /// <param name="symbols">What the kernel says of itself.</param>
    public ProbeChooser(KernelSymbols symbols)
    {
        this.symbols = symbols;
        words = (Math.Min(symbols.CpuIds, TraceFormat.MostCpus) + WordBits - 1) / WordBits;
        layout = new KernelLayout(symbols.Types, words);
    }

    /// <summary>The symbols that are asked for, without suffixes.</summary>
    public static IReadOnlyList<string> Symbols { get; } =
    [
        UnmapOne, MigrateOne, Pending, PageBase, DeviceExclusive, DeviceExclusiveRange, "ptep_clear_flush", "try_to_unmap",
        "try_to_migrate", "try_to_unmap_flush", "try_to_unmap_flush_dirty", "arch_tlbbatch_flush", "flush_tlb_mm_range", "do_wp_page",
        "do_mmap", "enter_lazy_tlb", "switch_mm_irqs_off",
    ];

    /// <summary>Chooses.</summary>
    /// <param name="switches">Also what tells which CPUs are lazy.</param>
    public ProbeSet Choose(bool switches)
    {
        Unmaps();
        LargeFolios();
        Flushes();
        Pages();
        GiveUps();
        Migrations();
        Switches(switches);
        Unrecorded();
        return new ProbeSet
        {
            Probes = probes,
            Missing = [.. missing.Distinct()],
            Offsets = layout.Offsets,
            CpuWords = words,
            PageBytes = layout.PageBytes,
            FirstMigrationType = FirstMigrationType(),
        };
    }

    private void Unmaps()
    {
        KernelFunction? pending = symbols.Probed(Pending, out _, clones: true);
        // Before 6.4 it was told of the PTE's dirty bit, not of the PTE.
        if (pending is not null && symbols.Version.IsAtLeast(6, 4))
        {
            Add(TraceEventKind.UnmapDeferred, "unmap_deferred", pending.Name, [Pte("%si"), .. layout.AddressSpace("%di")]);
        }
        else
        {
            DeferredUnmapSites(pending?.Address ?? 0);
        }
        string? space = layout.Follow("%di", "vm_area_struct.vm_mm");
        Function(TraceEventKind.ClearFlush, "ptep_clear_flush", [Pte("+0(%dx)"), .. layout.AddressSpace(space)]);
    }

    /// <summary>
    /// Where a deferred unmap is part of its callers. What comes there joins the batch whether a CPU could use the PTE or not.
    /// </summary>
    private void DeferredUnmapSites(ulong pending)
    {
        string? why = null;
        int? generation = layout.OffsetOf(Generation);
        int found = 0;
        foreach (string caller in (string[])[UnmapOne, MigrateOne])
        {
            if (symbols.Probed(caller, out string? refused, clones: true) is not { } function || generation is null)
            {
                why ??= refused ?? $"{Generation} is not among the kernel's types";
                continue;
            }
            if (symbols.CodeOf(function, out string? unreadable) is not { } code)
            {
                why ??= unreadable;
                continue;
            }
            foreach (DeferredUnmapSite site in DeferredUnmapSite.Find(code, function.Address, generation.Value, pending))
            {
                ProbeArgument[] space = [.. layout.AddressSpace($"%{site.Mm}").Where(argument => argument.Use != ProbeFieldUse.Flag)];
                Add(
                    TraceEventKind.UnmapDeferred,
                    found++ == 0 ? "unmap_deferred" : $"unmap_deferred_{found}",
                    $"{function.Name}+0x{site.Offset:x}",
                    [Pte($"%{site.Pte}"), .. space],
                    flag: true);
            }
        }
        if (found > 0) return;
        Miss(TraceEventKind.UnmapDeferred, why ?? $"neither {UnmapOne} nor {MigrateOne} adds to {Generation} after it exchanged a PTE");
    }

    private void LargeFolios()
    {
        string? why = layout.HeadBit is null || layout.PageBytes == 0 ? "the kernel's types do not tell" : null;
        if (why is null && !symbols.Has(PageBase)) why = $"there is no symbol {PageBase}";
        string? flags = layout.Follow("%di", "folio.flags");
        // The order's byte had a member of its own, then became the lowest of the second page's flags (6.6).
        string? order = layout.Follow("%di", symbols.Version.IsAtLeast(6, 6) ? "folio._flags_1" : "folio._folio_order");
        if (why is not null || flags is null || order is null)
        {
            Miss(TraceEventKind.FolioBegins, why ?? "the kernel's types do not tell");
            return;
        }
        foreach (string function in (string[])["try_to_unmap", "try_to_migrate"])
        {
            Function(
                TraceEventKind.FolioBegins,
                function,
                [
                    new("page", "%di", ProbeFieldUse.Page),
                    new("base", $"@{PageBase}", ProbeFieldUse.PageBase),
                    new("order", order, ProbeFieldUse.Order, "u8"),
                    new("flags", flags, ProbeFieldUse.None),
                ],
                filter: $"flags & 0x{1UL << layout.HeadBit!.Value:x}");
        }
    }

    private void Flushes()
    {
        Function(TraceEventKind.UnmapFlush, "try_to_unmap_flush", []);
        // Compilers put the former into it, so it calls nothing.
        Function(TraceEventKind.UnmapFlush, "try_to_unmap_flush_dirty", [], flag: true);
        Function(TraceEventKind.BatchFlush, "arch_tlbbatch_flush", layout.Cpus("%di", "arch_tlbflush_unmap_batch.cpumask"));
        Function(
            TraceEventKind.RangeFlush,
            "flush_tlb_mm_range",
            [
                new("start", "%si", ProbeFieldUse.Start),
                new("end", "%dx", ProbeFieldUse.End),
                new("tables", "%r8", ProbeFieldUse.Flag, "u8"),
                .. layout.AddressSpace("%di").Where(argument => argument.Use != ProbeFieldUse.Flag),
            ]);
    }

    private void Pages()
    {
        ProbeField[] block = [new("pfn", ProbeFieldUse.Frame), new("order", ProbeFieldUse.Order)];
        Tracepoint(TraceEventKind.Free, "kmem", "mm_page_free", block);
        Tracepoint(TraceEventKind.Allocate, "kmem", "mm_page_alloc", block);
        Tracepoint(TraceEventKind.Drain, "kmem", "mm_page_pcpu_drain", block);
        Tracepoint(TraceEventKind.Refill, "kmem", "mm_page_alloc_zone_locked", [.. block, new("percpu_refill", ProbeFieldUse.Flag)]);
    }

    private void GiveUps()
    {
        string? space = layout.Follow(layout.Follow("%di", "vm_fault.vma"), "vm_area_struct.vm_mm");
        IEnumerable<ProbeArgument> entry = layout.Follow("%di", "vm_fault.orig_pte") is { } pte ? [Pte(pte)] : [];
        IEnumerable<ProbeArgument> mm = space is not null ? [new("mm", space, ProbeFieldUse.Mm)] : [];
        Function(TraceEventKind.WriteFault, "do_wp_page", [.. entry, .. mm]);
        Function(TraceEventKind.WritableMap, "do_mmap", [new("prot", "%cx", ProbeFieldUse.None)], filter: "prot & 2");
        Tracepoint(TraceEventKind.Pressure, "vmscan", "mm_vmscan_wakeup_kswapd", [new("nid", ProbeFieldUse.Value)]);
        Tracepoint(TraceEventKind.Pressure, "vmscan", "mm_vmscan_direct_reclaim_begin", [], value: -1, flag: true);
    }

    private void Migrations()
    {
        ProbeField[] entry = [new("pte", ProbeFieldUse.MigrationEntry), new("order", ProbeFieldUse.Order)];
        Tracepoint(TraceEventKind.MigrationEntry, "migrate", "set_migration_pte", entry);
        Tracepoint(TraceEventKind.MigrateBegins, "migrate", "mm_migrate_pages_start", [new("reason", ProbeFieldUse.Value)]);
        Tracepoint(TraceEventKind.MigrateEnds, "migrate", "mm_migrate_pages", [new("succeeded", ProbeFieldUse.Value)]);
    }

    private void Switches(bool wanted)
    {
        if (!wanted)
        {
            Miss(TraceEventKind.EnterLazy, "switches were not asked for");
            return;
        }
        Function(TraceEventKind.EnterLazy, "enter_lazy_tlb", []);
        Function(TraceEventKind.LoadMm, "switch_mm_irqs_off", [new("mm", "%si", ProbeFieldUse.Mm)]);
    }

    private void Unrecorded()
    {
        if (symbols.TypesProblem is { } problem)
        {
            missing.Add($"where the kernel keeps sets of CPUs is not known: no interrupts are told ({problem})");
        }
        else if (layout.Unknown.Count > 0)
        {
            missing.Add($"this kernel's types lack {string.Join(", ", layout.Unknown)}: what lies there is not recorded");
        }
        if (symbols.CpuIds > TraceFormat.MostCpus)
        {
            missing.Add($"CPUs from {TraceFormat.MostCpus} on are not recorded: interrupts are too few (a trace has no room for more)");
        }
    }

    /// <summary>
    /// Swap types count down from 32: markers (1), devices' pages (4, from 6.15 on 3, in kernels for such devices), poisoned swap (1,
    /// before 6.2), three of migration, below them broken memory. Measured on Debian's 6.1 (27) and 6.12 (28); the rest is published:
    /// include/linux/swap.h.
    /// </summary>
    private int FirstMigrationType()
    {
        int devices = symbols.Has(DeviceExclusive) ? 3 : symbols.Has(DeviceExclusiveRange) ? 4 : 0;
        return 32 - 1 - devices - (symbols.Version.IsAtLeast(6, 2) ? 0 : 1) - 3;
    }

    private static ProbeArgument Pte(string fetch) => new("pte", fetch, ProbeFieldUse.Pte);

    private void Function(TraceEventKind kind, string name, IEnumerable<ProbeArgument> arguments, string? filter = null, bool flag = false)
    {
        if (symbols.Probed(name, out string? why) is { } function) Add(kind, name, function.Name, arguments, filter, flag);
        else Miss(kind, why!);
    }

    private void Add(
        TraceEventKind kind, string name, string place, IEnumerable<ProbeArgument> arguments, string? filter = null, bool flag = false)
    {
        IEnumerable<ProbeArgument> kept = arguments.Where(argument => argument.Use != ProbeFieldUse.None);
        probes.Add(new Probe
        {
            Kind = kind,
            System = Probe.Group,
            Event = name,
            Definition = string.Join(' ', [$"p:{Probe.Group}/{name}", place, .. arguments.Select(argument => argument.ToString())]),
            Filter = filter,
            Fields = [.. kept.Select(argument => new ProbeField(argument.Name, argument.Use))],
            Flag = flag,
        });
    }

    private void Tracepoint(
        TraceEventKind kind, string system, string name, IReadOnlyList<ProbeField> fields, long value = 0, bool flag = false)
    {
        if (!symbols.HasTracepoint(system, name)) Miss(kind, $"there is no tracepoint {system}:{name}");
        else probes.Add(new Probe { Kind = kind, System = system, Event = name, Fields = fields, Value = value, Flag = flag });
    }

    private void Miss(TraceEventKind kind, string why) => missing.Add(ProbeGaps.Sentence(kind, why));
}
