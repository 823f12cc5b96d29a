using Harness.Records;

namespace Harness.Reports.Tests;

/// <summary>A replay as reports get it, made up.</summary>
internal static class Replays
{
    public const string Hostile = "</script><img src=x onerror=alert(1)>\u202e\n\"'&";

    public static ReplayResult Of(string subject = "luf-llama stock") => new()
    {
        Recording = new ReplayedRecording
        {
            File = "llama.trace", Subject = subject, KernelRelease = "6.12.1", Processor = "a processor", Cpus = 4, Seconds = 50,
            Started = new DateTimeOffset(2026, 11, 21, 12, 0, 0, TimeSpan.Zero), Events = 1_000_000, Lost = 0, BytesPerEvent = 6.25, Complete = true,
        },
        Unmaps = new UnmapShares { Total = 1000, Qualifying = 900, Writable = 60, LargeFolio = 0, NotDeferred = 40, Inaccessible = 0 },
        Check = new ReplayCheck
        {
            ReplayedBatchFlushes = 999, CountedBatchFlushes = 1000, DifferentCpus = 0, ReplayedInterrupts = 3000, CountedInterrupts = 3030,
        },
        Policies = [Policy("stock", 1000, 0, []), Policy("luf", 100, 0.9, [0, 0, 30, 60, 10])],
        Notes = ["faults are not recorded"],
    };

    public static ReplayedPolicy Policy(string name, long flushes, double saved, IReadOnlyList<long> waits) => new()
    {
        Name = name, Flushes = flushes, BatchFlushes = flushes - 10, SingleFlushes = 0,
        LazyFlushes = new Dictionary<string, long> { ["allocation"] = 8, ["write fault"] = 2, ["writable mmap"] = 0 },
        InterruptsLow = flushes * 3, InterruptsHigh = flushes * 3, Epochs = 7,
        GiveUps = new Dictionary<string, long> { ["a flush was under way"] = 3 }, FramesLeft = 100, WaitMicroseconds = waits,
        OverTime = [.. Enumerable.Repeat(flushes / 100, 100)], FlushesSaved = saved, InterruptsSaved = saved,
    };
}
