namespace Harness.Model;

/// <summary>
/// Batches of cleared mappings whose flush is put off (tlbflush_unmap_batch): the CPUs that may hold translations of them. A batch that
/// holds nothing needs no flush.
/// </summary>
internal sealed class Batches(StateArrays state, int count, int cpus)
{
    private readonly CpuMasks masks = new(state, count, cpus);
    private readonly bool[] required = state.Array<bool>(count);

    internal bool Required(int batch) => required[batch];

    internal ReadOnlySpan<ulong> Mask(int batch) => masks[batch];

    internal void Add(int batch, ReadOnlySpan<ulong> cpus)
    {
        masks.Fold(batch, cpus);
        required[batch] = true;
    }

    /// <summary>Moves one batch into another.</summary>
    internal void Fold(int into, int from)
    {
        if (!required[from]) return;
        Add(into, masks[from]);
        Clear(from);
    }

    /// <summary>These CPUs have flushed; a batch that holds no others is done.</summary>
    internal void Credit(int batch, ReadOnlySpan<ulong> flushed)
    {
        masks.Subtract(batch, flushed);
        if (!masks.Any(batch)) required[batch] = false;
    }

    internal void Clear(int batch)
    {
        masks.Clear(batch);
        required[batch] = false;
    }
}
