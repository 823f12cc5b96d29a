using System.Text.Json;

namespace Harness.Traces.Tests;

/// <summary>Do export and inspection say what is in a file, and nothing that harms a terminal?</summary>
public sealed class TextTests
{
    private static readonly Recorded[] Events =
    [
        new(new TraceEvent
        {
            Kind = TraceEventKind.UnmapDeferred,
            TimeNs = 5_000_000,
            Cpu = 2,
            Pid = 815,
            Frame = 0x5ed4,
            Pte = PteBits.Present | PteBits.Accessed,
            Mm = 0xff01,
        }, [0x8f]),
        new(new TraceEvent { Kind = TraceEventKind.BatchFlush, TimeNs = 5_012_345, Cpu = 2, Pid = 815 }, [0]),
        new(new TraceEvent { Kind = TraceEventKind.Free, TimeNs = 5_012_346, Cpu = 3, Frame = 0x200, Order = 9 }, []),
        new(new TraceEvent { Kind = TraceEventKind.RangeFlush, TimeNs = 5_012_346, Cpu = 3, Value = -1, Mm = 1, Flag = true }, [1, 2]),
        new(new TraceEvent { Kind = TraceEventKind.MigrateBegins, TimeNs = 5_012_346, Cpu = 3, Value = 5 }, []),
    ];

    [Fact]
    public void Every_event_is_one_line_with_its_fields()
    {
        using var file = new Scratch();
        using TraceReader reader = file.Open(Scratch.Bytes(Sample.Header(2), Events));
        using var text = new StringWriter();
        TraceText.Write(reader, text);
        Assert.Equal(
            """
                       0.000 [002]     815 set_tlb_ubc_flush_pending: pfn=0x5ed4 pte=P--A mm=0xff01 cpus=0-3,7
                      12.345 [002]     815 arch_tlbbatch_flush: cpus=none
                      12.346 [003]       0 mm_page_free: pfn=0x200 order=9
                      12.346 [003]       0 flush_tlb_mm_range: pages=-1 freed_tables=1 mm=0x1 cpus=0,65
                      12.346 [003]       0 mm_migrate_pages_start: reason=5

            """, text.ToString());
    }

    [Fact]
    public void Any_event_fits_its_line()
    {
        ulong[] everySecond = [.. Enumerable.Repeat(0x5555_5555_5555_5555UL, 16)];
        Recorded[] events = Sample.Draw(new System.Random(3), 500, 16);
        events = [.. events.Select(e => e.Cpus.Length > 0 ? e with { Cpus = everySecond } : e)];
        using var file = new Scratch();
        using TraceReader reader = file.Open(Scratch.Bytes(Sample.Header(16), events));
        using var text = new StringWriter();
        TraceText.Write(reader, text);
        Assert.Equal(events.Length, text.ToString().Count(letter => letter == '\n'));
        Assert.Contains(",1022", text.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_inspection_counts_kinds_bytes_and_losses()
    {
        using var file = new Scratch();
        byte[] bytes = Scratch.Bytes(Sample.Header(2) with { Subject = "red \x1b[31m" }, Events);
        File.WriteAllBytes(file.Path, bytes);
        TraceInspection inspection = TraceInspection.Of(file.Path);
        Assert.Equal(5, inspection.Kinds.Sum(kind => kind.Events));
        Assert.Equal((double)bytes.Length / 5, inspection.BytesPerEvent);
        Assert.True(inspection.Complete);
        using var text = new StringWriter();
        inspection.Print(text);
        string[] lines = text.ToString().Split('\n');
        Assert.Contains(lines, line => line.StartsWith("events    5 of", StringComparison.Ordinal));
        Assert.Contains("lost      none", lines);
        Assert.Contains("            kmem:mm_page_free", lines);
        Assert.Contains("missing   one part", lines);
        Assert.DoesNotContain('\x1b', text.ToString());
        using JsonDocument json = JsonDocument.Parse(TraceJson.Write(inspection));
        Assert.Equal("unmap-deferred", json.RootElement.GetProperty("kinds")[0].GetProperty("kind").GetString());
        Assert.Equal(5, json.RootElement.GetProperty("trailer").GetProperty("events").GetInt32());

        File.WriteAllBytes(file.Path, bytes.AsSpan(0, bytes.Length - 1));
        inspection = TraceInspection.Of(file.Path);
        Assert.False(inspection.Complete);
        Assert.Equal(0.000012346, inspection.Seconds, 9);
    }
}
