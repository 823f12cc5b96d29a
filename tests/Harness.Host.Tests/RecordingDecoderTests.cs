using System.Buffers.Binary;
using Harness.Host.Recording;
using Harness.Traces;

namespace Harness.Host.Tests;

/// <summary>Does each field of a record end up where its probe says?</summary>
public sealed class RecordingDecoderTests
{
    private const ushort Id = 700;

    [Fact]
    public void Each_use_of_a_field_fills_its_part_of_the_event()
    {
        TraceEvent e = Decode(
            [ProbeFieldUse.Pte, ProbeFieldUse.Mm, ProbeFieldUse.Order, ProbeFieldUse.Flag, ProbeFieldUse.Value],
            0x8000000005ed4867, 0xffff888012345678, 9, 2, ulong.MaxValue - 6)!.Value;
        Assert.Equal((0x5ed4L, PteBits.Present | PteBits.Writable | PteBits.Accessed | PteBits.Dirty), (e.Frame, e.Pte));
        Assert.Equal((0xffff888012345678, 9, true, -7L), (e.Mm, e.Order, e.Flag, e.Value));
        Assert.Equal((321, (ushort)3, 99L, TraceEventKind.RangeFlush), (e.Pid, e.Cpu, e.TimeNs, e.Kind));
    }

    [Fact]
    public void A_migration_entry_gives_the_frame_and_bits_of_its_page()
    {
        TraceEvent e = Decode([ProbeFieldUse.MigrationEntry], 0xf7f9ffffff425602)!.Value;
        Assert.Equal((0x5ed4L, PteBits.Writable | PteBits.Accessed | PteBits.Dirty), (e.Frame, e.Pte));
        Assert.Null(Decode([ProbeFieldUse.MigrationEntry], 0x17f9ffffff425602));    // another swap type
    }

    [Fact]
    public void A_folio_is_told_by_its_place_among_the_struct_pages()
    {
        const ulong Base = 0xffffea0000000000;
        Assert.Equal(77, Decode([ProbeFieldUse.Page, ProbeFieldUse.PageBase], Base + 77 * 64, Base)!.Value.Frame);
        Assert.Equal(77, Decode([ProbeFieldUse.PageBase, ProbeFieldUse.Page], Base, Base + 77 * 64)!.Value.Frame);
    }

    [Theory]
    [InlineData(0x1000ul, 0x4000ul, 3L)]
    [InlineData(0ul, ulong.MaxValue, -1L)]
    public void A_range_is_told_in_pages_and_all_as_minus_one(ulong start, ulong end, long pages)
    {
        Assert.Equal(pages, Decode([ProbeFieldUse.End, ProbeFieldUse.Start], end, start)!.Value.Value);
    }

    [Fact]
    public void Words_of_CPUs_keep_their_order()
    {
        EventDecoder decoder = Decoder([ProbeFieldUse.Cpus, ProbeFieldUse.Mm, ProbeFieldUse.Cpus]);
        Assert.True(decoder.TryDecode(Record(1, 2, 3), 0, 0, out _));
        Assert.Equal([1ul, 3ul], decoder.Cpus.ToArray());
    }

    [Fact]
    public void What_says_nothing_is_no_event()
    {
        Assert.Null(Decode([ProbeFieldUse.Frame], ulong.MaxValue));     // an allocation that failed
        Assert.Null(Decode([ProbeFieldUse.Frame], 1ul << 41));          // beyond all memory
        EventDecoder decoder = Decoder([ProbeFieldUse.Frame]);
        byte[] record = Record(1);
        Assert.True(decoder.TryDecode(record, 0, 0, out _));
        Assert.False(decoder.TryDecode(record.AsSpan(0, record.Length - 1), 0, 0, out _));
        record[0]++;                                                    // another event's id
        Assert.False(decoder.TryDecode(record, 0, 0, out _));
        Assert.False(decoder.TryDecode([], 0, 0, out _));
    }

    [Fact]
    public void A_format_without_a_field_of_its_probe_is_refused()
    {
        IOException lacks = Assert.Throws<IOException>(() => new EventDecoder([Of([ProbeFieldUse.Mm])], [Format([])], RecordingEvents.Set([])));
        Assert.Equal("the event harness:made of this kernel has no number 'field0'", lacks.Message);
        Assert.Throws<IOException>(() => EventFormat.Parse(["name: made"]));
    }

    private static TraceEvent? Decode(ProbeFieldUse[] uses, params ulong[] values) =>
        Decoder(uses).TryDecode(Record(values), 99, 3, out TraceEvent e) ? e : null;

    private static EventDecoder Decoder(ProbeFieldUse[] uses) => new([Of(uses)], [Format(uses)], new ProbeSet
    {
        Probes = [],
        Missing = [],
        Offsets = new Dictionary<string, int>(),
        CpuWords = 2,
        PageBytes = 64,
        FirstMigrationType = 28,
    });

    private static Probe Of(ProbeFieldUse[] uses) => new()
    {
        Kind = TraceEventKind.RangeFlush,
        System = Probe.Group,
        Event = "made",
        Fields = [.. uses.Select((use, i) => new ProbeField($"field{i}", use))],
    };

    private static EventFormat Format(ProbeFieldUse[] uses) => EventFormat.Parse(
    [
        "name: made",
        $"ID: {Id}",
        "format:",
        "\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;",
        "\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;",
        "",
        .. uses.Select((_, i) => $"\tfield:u64 field{i};\toffset:{8 + 8 * i};\tsize:8;\tsigned:0;"),
    ]);

    private static byte[] Record(params ulong[] values)
    {
        byte[] record = new byte[8 + 8 * values.Length];
        BinaryPrimitives.WriteUInt16LittleEndian(record, Id);
        BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(4), 321);
        for (int i = 0; i < values.Length; i++) BinaryPrimitives.WriteUInt64LittleEndian(record.AsSpan(8 + 8 * i), values[i]);
        return record;
    }
}
