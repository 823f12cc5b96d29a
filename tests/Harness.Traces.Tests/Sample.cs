using FsCheck;
using FsCheck.Fluent;

namespace Harness.Traces.Tests;

/// <summary>An event and its set of CPUs.</summary>
internal sealed record Recorded(TraceEvent Event, ulong[] Cpus);

/// <summary>Headers and events for tests.</summary>
internal static class Sample
{
    /// <summary>Random ones of any valid sequence: every kind, numbers of any size up to the extremes, several CPUs.</summary>
    internal static Arbitrary<Recorded[]> Events(int words) => Arb.From(
        from seed in Gen.Choose(0, int.MaxValue)
        from size in Gen.Sized(size => Gen.Choose(0, size * 3))
        select Draw(new System.Random(seed), size, words));

    internal static TraceHeader Header(int words = 1, params int[] cpus) => new()
    {
        KernelRelease = "6.12.115+deb12-cloud-amd64",
        Processor = "QEMU TCG CPU version 2.5+",
        Clock = "mono",
        Started = new DateTimeOffset(2026, 11, 21, 12, 0, 0, TimeSpan.Zero),
        Cpus = cpus.Length > 0 ? cpus : [0, 1, 2, 3],
        CpuWords = words,
        Zones = [new TraceZone(0, "DMA32", 1, 0x7ffff), new TraceZone(1, "Normal", 0x100000, 0x40000)],
        Sources = [new TraceSource(TraceEventKind.Free, "kmem:mm_page_free")],
        Missing = ["one part"],
        Offsets = new Dictionary<string, int> { ["mm_struct.cpu_bitmap"] = 0x540 },
        Kswapd = [41, 42],
        Subject = "luf-llama, before",
    };

    internal static TraceTrailer Trailer { get; } = new() { Seconds = 1.5, Events = 0, BatchFlushes = 7, TlbInterrupts = 9 };

    /// <summary>Times rise on each CPU; about half of the events are close to the one before, as in a real stream.</summary>
    internal static Recorded[] Draw(System.Random random, int count, int words)
    {
        long[] time = new long[4];
        long frame = 0;
        ulong[][] sets = [.. Enumerable.Range(0, 40).Select(_ => Set(random, words))];
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            int cpu = random.Next(time.Length);
            long room = TraceFormat.MostTimeNs - time[cpu];
            time[cpu] += random.Next(3) == 0 ? Sized(random, room) : Math.Min(room, random.Next(5000));
            long near = Math.Clamp(frame + random.Next(-9, 10), 0, TraceFormat.MostFrame);
            frame = random.Next(2) == 0 ? Sized(random, TraceFormat.MostFrame) : near;
            var kind = (TraceEventKind)random.Next(1, 1 + (int)TraceEventKind.Pressure);
            ulong[] cpus = sets[random.Next(sets.Length)];
            var all = new TraceEvent
            {
                TimeNs = time[cpu],
                Cpu = (ushort)cpu,
                Kind = kind,
                Pid = random.Next(2) == 0 ? 7 : (int)Sized(random, int.MaxValue),
                Frame = frame,
                Mm = random.Next(2) == 0 ? 0xffff888000000000 + (ulong)random.Next(200) : Any(random),
                Value = random.Next(2) == 0 ? random.Next(-1, 40) : random.NextInt64(long.MinValue, long.MaxValue),
                Order = (byte)(random.Next(2) * random.Next(TraceFormat.MostOrder + 1)),
                Pte = (PteBits)random.Next(16),
                Flag = random.Next(2) == 0,
            };
            return Spoken(all, cpus, words);
        })];
    }

    /// <summary>The event with what its kind speaks of, as it is documented beside each kind, and nothing else.</summary>
    private static Recorded Spoken(TraceEvent all, ulong[] cpus, int words)
    {
        TraceEvent e = new() { TimeNs = all.TimeNs, Cpu = all.Cpu, Kind = all.Kind, Pid = all.Pid, Flag = all.Flag };
        TraceEvent framed = e with { Frame = all.Frame };
        return all.Kind switch
        {
            TraceEventKind.UnmapDeferred or TraceEventKind.ClearFlush => new(framed with { Pte = all.Pte, Mm = all.Mm }, cpus),
            TraceEventKind.MigrationEntry => new(framed with { Pte = all.Pte, Order = all.Order }, []),
            TraceEventKind.FolioBegins or TraceEventKind.Free or TraceEventKind.Allocate or TraceEventKind.Drain or TraceEventKind.Refill =>
                new(framed with { Order = all.Order }, []),
            TraceEventKind.BatchFlush => new(e, cpus),
            TraceEventKind.RangeFlush => new(e with { Mm = all.Mm, Value = all.Value }, cpus),
            TraceEventKind.WriteFault => new(framed with { Pte = all.Pte, Mm = all.Mm }, []),
            TraceEventKind.LoadMm => new(e with { Mm = all.Mm }, []),
            TraceEventKind.MigrateBegins or TraceEventKind.MigrateEnds or TraceEventKind.Pressure => new(e with { Value = all.Value }, []),
            _ => new(e, []),
        };
    }

    private static ulong[] Set(System.Random random, int words) =>
        [.. Enumerable.Range(0, words).Select(_ => random.Next(3) switch { 0 => 0UL, 1 => 1UL << random.Next(64), _ => Any(random) })];

    private static ulong Any(System.Random random) => (ulong)random.NextInt64(long.MinValue, long.MaxValue);

    /// <summary>A number of any size, the largest one among them.</summary>
    private static long Sized(System.Random random, long most)
    {
        int bits = random.Next(64);
        return bits == 63 ? most : Math.Min(most, random.NextInt64(1L << bits));
    }
}
