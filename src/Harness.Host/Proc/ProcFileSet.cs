namespace Harness.Host.Proc;

/// <summary>
/// The counter files of a host, open for as long as snapshots are taken: <c>/proc/interrupts</c>, <c>/proc/vmstat</c>, and each node's vmstat and numastat.
/// </summary>
internal sealed class ProcFileSet : IDisposable
{
    /// <summary>The counter files of each node.</summary>
    public static readonly string[] NodeFiles = ["vmstat", "numastat"];

    /// <summary>Opens the files of the nodes that are online now. A node that comes later is not counted; one that goes is reported by the delta.</summary>
    public ProcFileSet(HostTree tree)
    {
        var files = new List<(ProcFile File, string Prefix)>
        {
            (new ProcFile(tree.PathOf("/proc/interrupts")), "interrupts."),
            (new ProcFile(tree.PathOf("/proc/vmstat")), "vmstat."),
        };
        foreach (int node in tree.Ids($"{ThisHost.NodeFolder}/online") ?? [])
        {
            foreach (string name in NodeFiles)
            {
                files.Add((new ProcFile(tree.PathOf($"{ThisHost.NodeFolder}/node{node}/{name}")), $"node{node}.{name}."));
            }
        }
        Files = [.. files.Select(f => f.File)];
        Prefixes = [.. files.Select(f => f.Prefix)];
    }

    /// <summary>The files; <c>/proc/interrupts</c> is the first.</summary>
    public ProcFile[] Files { get; }

    /// <summary>What the counters of each file are called, up to the kernel's own name.</summary>
    public string[] Prefixes { get; }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (ProcFile file in Files) file.Dispose();
    }
}
