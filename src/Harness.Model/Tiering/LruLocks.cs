namespace Harness.Model;

/// <summary>
/// The lru_lock of each node: who wants it spins until those before have gone. What is done under it walks a chain of struct pages, one
/// cache miss each. Those of a memory-only node lie on the nearest node with CPUs: its memory is onlined as movable (published: the default
/// of daxctl), and struct pages are not (assumed of every memory-only node).
/// </summary>
internal sealed class LruLocks(StateArrays state, Machine machine, bool prefetches, Clock clock)
{
    private readonly Calendar[] calendars = [.. machine.Nodes.Select(_ => new Calendar(state))];
    private readonly long[] scanNs = [.. machine.Nodes.Select(node => ScanTime(machine, node, prefetches))];
    private readonly long addNs = machine.Costs.AddFolio.Ns;

    /// <summary>Folios are walked on a list of the node.</summary>
    internal void Scan(int node, int folios) => Hold(node, folios * scanNs[node]);

    /// <summary>Folios are put on a list of the node.</summary>
    internal void Add(int node, int folios) => Hold(node, folios * addNs);

    private void Hold(int node, long ns)
    {
        if (ns == 0) return;
        long held = calendars[node].Reserve(clock.Now, ns);
        clock.WaitUntil(Component.Lock, held - ns);
        clock.Spend(Component.Scan, ns);
    }

    /// <summary>The classic lists prefetch the next struct page while they handle one (published: prefetchw_prev_lru_folio).</summary>
    private static long ScanTime(Machine machine, MemoryNode node, bool prefetches)
    {
        long miss = node.Cpus > 0 ? node.LatencyNs : machine.Nodes.Where(other => other.Cpus > 0).Min(other => other.LatencyNs);
        return prefetches ? Math.Max(machine.Costs.ScanFolio.Ns, miss) : machine.Costs.ScanFolio.Ns + miss;
    }
}
