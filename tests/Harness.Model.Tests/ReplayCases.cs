namespace Harness.Model.Tests;

/// <summary>A recording made by hand: events 10 microseconds apart, of a machine with four CPUs, each task on the CPU of its number.</summary>
internal sealed class ReplayCases
{
    internal const int Frames = 8_192;

    /// <summary>The task that reclaims.</summary>
    internal const int Kswapd = 3;

    private const long Step = 10_000;
    private const ulong Mm = 0xA000;

    private readonly Replay replay;
    private long time;

    internal ReplayCases(IReadOnlyList<string> policies, string kernel = "6.12", Func<Profile, Profile>? change = null, bool knowsLazy = true)
    {
        ReplaySetup setup = new()
        {
            Kernel = Profile.Parse(kernel),
            CpuWords = 1,
            Memory = [new(0, 0, Frames / 2), new(1, Frames / 2, Frames / 2)],
            Kswapd = [Kswapd],
            StartNs = 0,
            EndNs = 1_000 * Step,
            KnowsLazyCpus = knowsLazy,
        };
        replay = new Replay(setup, policies, change ?? (profile => profile));
    }

    internal Replay Replay => replay;

    /// <summary>A replay of LUF alone, with its rules as they are or changed.</summary>
    internal static ReplayCases Luf(Func<LufRules, LufRules>? change = null) =>
        new(["luf"], change: profile => profile with { Luf = change is null ? profile.Luf : change(profile.Luf) });

    internal ReplayCases Unmap(
        long frame, bool writable = false, bool present = true, bool dirty = false, int pid = Kswapd, ulong cpus = 0b0111)
    {
        replay.UnmapDeferred(At(pid), new ClearedPte(frame, Mm, present, writable, dirty), [cpus]);
        return this;
    }

    internal ReplayCases ClearFlush(long frame, bool writable = false, bool present = true, int pid = Kswapd, ulong cpus = 0b0111)
    {
        Moment at = At(pid);
        replay.ClearFlush(at, new ClearedPte(frame, Mm, present, writable, false), [cpus]);
        if (present) replay.RangeFlush(at with { TimeNs = at.TimeNs + 1 }, Mm, 1, freedTables: false, [cpus]);
        return this;
    }

    internal ReplayCases Entry(long frame, int pid = Kswapd) => Do(() => replay.MigrationEntry(At(pid), frame));

    internal ReplayCases Folio(long frame, int order, int pid = Kswapd) => Do(() => replay.FolioBegins(At(pid), frame, order));

    internal ReplayCases Flush(int pid = Kswapd, bool onlyDirty = false) => Do(() => replay.UnmapFlush(At(pid), onlyDirty));

    internal ReplayCases BatchFlush(ulong cpus, int pid = Kswapd) => Do(() => replay.BatchFlush(At(pid), [cpus]));

    internal ReplayCases RangeFlush(long pages, bool freedTables, ulong cpus, ulong mm = Mm, int pid = Kswapd) =>
        Do(() => replay.RangeFlush(At(pid), mm, pages, freedTables, [cpus]));

    internal ReplayCases Free(long frame, int order = 0, int pid = Kswapd) => Do(() => replay.Free(At(pid), frame, order));

    internal ReplayCases Allocate(long frame, int order = 0, int pid = 0) => Do(() => replay.Allocate(At(pid), frame, order));

    internal ReplayCases Drain(long frame, int order = 0, int pid = Kswapd) => Do(() => replay.Drain(At(pid), frame, order));

    internal ReplayCases Refill(long frame, int order = 0, int pid = 0) => Do(() => replay.Refill(At(pid), frame, order));

    internal ReplayCases WriteFault(long frame, int pid = 0) => Do(() => replay.WriteFault(At(pid), frame));

    internal ReplayCases WritableMap(int pid = 0) => Do(() => replay.WritableMap(At(pid)));

    internal ReplayCases EnterLazy(int cpu) => Do(() => replay.EnterLazy(At(cpu)));

    internal ReplayCases LoadMm(int cpu, ulong mm = Mm) => Do(() => replay.LoadMm(At(cpu), mm));

    internal ReplayCases MigrateBegins(long reason, int pid = Kswapd) => Do(() => replay.MigrateBegins(At(pid), reason));

    internal ReplayCases MigrateEnds(int pid = Kswapd) => Do(() => replay.MigrateEnds(At(pid)));

    internal ReplayCases Pressure(long node, int pid = 0) => Do(() => replay.Pressure(At(pid), node));

    /// <summary>Pages mapped read-only are reclaimed: unmapped, flushed, freed.</summary>
    internal ReplayCases Reclaim(long first, int pages = 1, bool writable = false, int pid = Kswapd)
    {
        for (long frame = first; frame < first + pages; frame++) Unmap(frame, writable, pid: pid);
        Flush(pid);
        for (long frame = first; frame < first + pages; frame++) Free(frame, pid: pid);
        return this;
    }

    internal IReadOnlyList<ReplayedCounts> Counts() => replay.Finish();

    internal ReplayedCounts Only() => Assert.Single(replay.Finish());

    private Moment At(int pid) => new(time += Step, pid, pid);

    private ReplayCases Do(Action action)
    {
        action();
        return this;
    }
}
