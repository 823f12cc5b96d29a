using System.Globalization;
using Harness.Records;

namespace Harness.Reports;

/// <summary>The sentences and cells that a replay's console report and its page have in common.</summary>
internal static class ReplayText
{
    /// <summary>The table's columns.</summary>
    public static IReadOnlyList<string> Columns { get; } =
        ["policy", "flushes", "saved", "interrupts", "saved", "epochs", "give-ups", "frames left"];

    /// <summary>What the table's words mean.</summary>
    public const string Legend =
        "flushes: of what reclaim and migration unmap; those of munmap, mprotect and the like are the same in all. saved: of the "
        + "recorded kernel's own. give-ups: batches that were to wait and were flushed at once. frames left: freed with their flush "
        + "still to come.";

    /// <summary>A policy's row.</summary>
    public static string[] Cells(ReplayedPolicy policy) =>
    [
        policy.Name,
        Plain.Whole(policy.Flushes),
        Saved(policy.FlushesSaved),
        policy.InterruptsLow == policy.InterruptsHigh
            ? Plain.Whole(policy.InterruptsLow) : $"{Plain.Whole(policy.InterruptsLow)} to {Plain.Whole(policy.InterruptsHigh)}",
        Saved(policy.InterruptsSaved),
        Plain.Whole(policy.Epochs),
        Plain.Whole(policy.GiveUps.Values.Sum()),
        Plain.Whole(policy.FramesLeft),
    ];

    /// <summary>The answer in a sentence: what the lazy policies save; null when none was replayed.</summary>
    public static string? Answer(ReplayResult result)
    {
        string[] parts =
        [
            .. result.Policies.Where(policy => policy.Name != "stock" && policy.FlushesSaved is not null)
                .Select(policy => $"{policy.Name} {Plain.Share(policy.FlushesSaved!.Value)} of the flushes"
                    + (policy.InterruptsSaved is { } share ? $" and {Plain.Share(share)} of their interrupts" : "")),
        ];
        return parts.Length == 0 ? null : $"Saved on this run: {string.Join("; ", parts)}.";
    }

    /// <summary>What was recorded, in two lines.</summary>
    public static IEnumerable<string> Recording(ReplayResult result)
    {
        ReplayedRecording recording = result.Recording;
        yield return string.Create(CultureInfo.InvariantCulture,
            $"{recording.File}: {recording.Subject} on {recording.KernelRelease}, {recording.Cpus} CPUs, {recording.Seconds:0.0} s");
        string lost = recording.Lost == 0 ? "none lost" : $"{Plain.Whole(recording.Lost)} LOST";
        string end = recording.Complete ? "" : "; the end is missing";
        yield return string.Create(CultureInfo.InvariantCulture,
            $"{Plain.Whole(recording.Events)} events of {recording.BytesPerEvent:0.0} bytes, {lost}{end}");
    }

    /// <summary>How far the replay of the recorded kernel's own policy can be trusted.</summary>
    public static IEnumerable<string> Check(ReplayCheck check)
    {
        yield return Against("batch flushes", check.ReplayedBatchFlushes, check.CountedBatchFlushes)
            + (check.DifferentCpus == 0 ? ", all to the recorded CPUs" : $", {Plain.Whole(check.DifferentCpus)} not to the recorded CPUs");
        yield return check.ReplayedInterrupts is { } interrupts
            ? Against("shootdown interrupts of all flushes", interrupts, check.CountedInterrupts)
            : "which CPUs were lazy was not recorded: interrupts are bounds";
    }

    /// <summary>What was unmapped, and why what does not qualify does not.</summary>
    public static string Unmaps(UnmapShares unmaps)
    {
        if (unmaps.Total == 0) return "no unmap of reclaim or migration was recorded";
        string[] others =
        [
            .. new (string Why, long Count)[]
            {
                ("writable", unmaps.Writable), ("of a large folio", unmaps.LargeFolio), ("not deferred", unmaps.NotDeferred),
                ("inaccessible", unmaps.Inaccessible),
            }
            .Where(part => part.Count > 0)
            .Select(part => $"{Plain.Share((double)part.Count / unmaps.Total)} {part.Why}"),
        ];
        string qualify = Plain.Share((double)unmaps.Qualifying / unmaps.Total);
        string rest = others.Length > 0 ? $"; {string.Join(", ", others)}" : "";
        return $"{Plain.Whole(unmaps.Total)} PTEs, of which {qualify} qualify for LUF{rest}";
    }

    /// <summary>For each policy that puts flushes off: when and why it makes them, and how long frames wait.</summary>
    public static IEnumerable<string> Later(ReplayResult result)
    {
        foreach (ReplayedPolicy policy in result.Policies)
        {
            string[] says =
            [
                .. new[]
                {
                    Causes(policy.LazyFlushes) is { } later ? $"flushed later by {later}" : null,
                    Causes(policy.GiveUps) is { } atOnce ? $"gave up: {atOnce}" : null,
                    Waiting(policy),
                }.OfType<string>(),
            ];
            if (says.Length > 0) yield return $"{policy.Name}: {string.Join("; ", says)}.";
        }
    }

    /// <summary>The upper end of a histogram's bucket: 2^(i+1) µs.</summary>
    public static string UpTo(int bucket)
    {
        double microseconds = Math.Pow(2, bucket + 1);
        (double value, string unit) = microseconds switch
        {
            < 1e3 => (microseconds, "µs"),
            < 1e6 => (microseconds / 1e3, "ms"),
            _ => (microseconds / 1e6, "s"),
        };
        return $"{value.ToString(value < 10 ? "0.#" : "0", CultureInfo.InvariantCulture)} {unit}";
    }

    private static string? Causes(IReadOnlyDictionary<string, long> causes) => causes.Values.All(count => count == 0)
        ? null
        : string.Join(", ", causes.Where(cause => cause.Value > 0).OrderByDescending(cause => cause.Value)
            .Select(cause => $"{cause.Key} {Plain.Whole(cause.Value)}"));

    private static string? Waiting(ReplayedPolicy policy) =>
        Within(policy.WaitMicroseconds, 0.5) is { } half && Within(policy.WaitMicroseconds, 0.01) is { } first
            ? $"half of the frames were in use again within {half}, a hundredth within {first}" : null;

    // The end of the bucket by which that share of the frames was in use again; null when none ever was.
    private static string? Within(IReadOnlyList<long> buckets, double share)
    {
        long all = buckets.Sum();
        long seen = 0;
        for (int bucket = 0; bucket < buckets.Count; bucket++)
        {
            seen += buckets[bucket];
            if (seen > 0 && seen >= all * share) return UpTo(bucket);
        }
        return null;
    }

    private static string Saved(double? share) => share is null ? "" : Plain.Percent(-share.Value);

    private static string Against(string what, long replayed, long? counted) => counted is { } count
        ? $"{Plain.Whole(replayed)} {what} replayed, {Plain.Whole(count)} counted by the kernel "
            + $"({Plain.Percent(count == 0 ? null : (double)(replayed - count) / count)})"
        : $"{Plain.Whole(replayed)} {what} replayed; the kernel's count is not in the recording";
}
