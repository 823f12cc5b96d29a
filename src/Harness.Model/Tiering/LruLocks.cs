namespace Harness.Model;

/// <summary>
/// The lru_lock of each node: who wants it spins until those before have gone. What is done under it walks a chain of struct pages, one cache
/// miss each, and a node's struct pages lie on the node itself (published: sparse_buffer_alloc, vmemmap_populate take memory of the section's
/// node), so that a slow node has a slow lock.
/// </summary>
internal sealed class LruLocks(StateArrays state, Machine machine, Clock clock)
{
    private readonly Calendar[] calendars = [.. machine.Nodes.Select(_ => new Calendar(state))];
    private readonly long[] scanNs = [.. machine.Nodes.Select(node => machine.Costs.ScanFolio.Ns + node.LatencyNs)];
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
}
