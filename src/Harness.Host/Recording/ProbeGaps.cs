using Harness.Traces;

namespace Harness.Host.Recording;

/// <summary>What a replay cannot tell when a kind of event is not to be had.</summary>
internal static class ProbeGaps
{
    /// <summary>The sentence, in the words of who asked for the replay.</summary>
    public static string Sentence(TraceEventKind kind, string why)
    {
        (string what, string means) = Gap(kind);
        return $"{what}: {means} ({why})";
    }

    private static (string What, string Means) Gap(TraceEventKind kind) => kind switch
    {
        TraceEventKind.UnmapDeferred => ("which unmaps wait for a batched flush is not known", "replay cannot tell what a policy saves"),
        TraceEventKind.ClearFlush => ("unmaps with a flush of their own are not seen", "they are missing among those that do not qualify"),
        TraceEventKind.MigrationEntry => ("migrated pages are not told from reclaimed ones", "replay takes every unmap as reclaim's"),
        TraceEventKind.FolioBegins => ("large folios are not told from single pages", "savings of LUF are too high where there are any"),
        TraceEventKind.UnmapFlush => ("where a batch of unmaps ends is not known", "replay cannot tell what a policy saves"),
        TraceEventKind.BatchFlush => ("the kernel's own batch flushes are not counted", "replay cannot be checked against them"),
        TraceEventKind.RangeFlush => ("flushes of address ranges are not seen", "what they flush early for a policy is not credited"),
        TraceEventKind.Free => ("freed pages are not seen", "replay cannot tell what a policy saves"),
        TraceEventKind.Allocate => ("allocated pages are not seen", "replay cannot tell what a policy saves"),
        TraceEventKind.Drain =>
            ("pages that leave the per-CPU lists are not seen", "LUF as posted, which forgets them there, saves as much as intended"),
        TraceEventKind.Refill => ("pages that leave the buddy lists are not seen", "what a refill makes one allocation flush is not known"),
        TraceEventKind.WriteFault => ("write faults on read-only pages are not seen", "no policy gives up at them"),
        TraceEventKind.WritableMap => ("writable mappings are not seen", "no policy gives up at them"),
        TraceEventKind.EnterLazy or TraceEventKind.LoadMm => ("which CPUs were lazy is not known", "interrupts are bounds"),
        TraceEventKind.MigrateBegins or TraceEventKind.MigrateEnds =>
            ("why pages were migrated is not known", "MIGRC cannot tell which of them qualify"),
        TraceEventKind.Pressure => ("moments short of free memory are not seen", "MIGRC does not give its pages back at them"),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}
