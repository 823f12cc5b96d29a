using Harness.Records;

namespace Harness.Host.Proc;

/// <summary>
/// The /proc and /sys counters of one moment: <c>/proc/interrupts</c>, <c>/proc/vmstat</c>, per-node vmstat and numastat. A snapshot keeps
/// the bytes as the kernel wrote them; they are parsed after the window, so that taking one costs the window a few reads and nothing else.
/// </summary>
public sealed class ProcSnapshot
{
    // The running host's files stay open for the life of the process.
    private static readonly Lazy<ProcFileSet> Live = new(() => new ProcFileSet(new HostTree("/")));

    private readonly ProcFileSet files;
    private readonly FileImage[] images;

    internal ProcSnapshot(ProcFileSet files)
    {
        this.files = files;
        images = [.. files.Files.Select(_ => new FileImage())];
        Retake();
    }

    /// <summary>
    /// Reads all files of this moment into buffers of its own. For a window that must not see the allocation, take both beforehand and
    /// <see cref="Retake"/> them.
    /// </summary>
    public static ProcSnapshot Take() => new(Live.Value);

    /// <summary>Reads all files again into the same buffers. Does not allocate unless a file has outgrown its buffer.</summary>
    public void Retake()
    {
        for (int i = 0; i < images.Length; i++) images[i].Fill(files.Files[i]);
    }

    /// <summary>
    /// What moved between two snapshots, as counters <c>interrupts.NAME</c>, <c>vmstat.NAME</c>, <c>nodeN.vmstat.NAME</c>,
    /// <c>nodeN.numastat.NAME</c>. An interrupt row or a gauge (<c>nr_*</c>) that is not listed did not move; <c>TLB</c>, <c>CAL</c>,
    /// <c>RES</c>, <c>LOC</c> and all event counters are always listed. What could not be read is listed too, without a value, with the
    /// reason in its note.
    /// </summary>
    /// <param name="before">The first snapshot.</param>
    /// <param name="after">The second, of the same host.</param>
    /// <param name="cpus">Online CPU ids, ascending: the order of <see cref="Counter.PerCpu"/>.</param>
    public static IReadOnlyList<Counter> Delta(ProcSnapshot before, ProcSnapshot after, IReadOnlyList<int> cpus)
    {
        var counters = new List<Counter>();
        InterruptDelta.Add(before.images[0], after.images[0], cpus, counters);
        for (int i = 1; i < before.images.Length; i++)
        {
            NameValueDelta.Add(before.files.Prefixes[i], before.images[i], after.images[i], counters);
        }
        return counters;
    }
}
