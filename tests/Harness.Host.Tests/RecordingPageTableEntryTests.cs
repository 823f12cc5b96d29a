using Harness.Host.Recording;
using Harness.Traces;

namespace Harness.Host.Tests;

/// <summary>Are page-table entries read as the kernel and the processor mean them? The values are real ones, from guests.</summary>
public sealed class RecordingPageTableEntryTests
{
    private const PteBits Usual = PteBits.Present | PteBits.Accessed;

    [Theory]
    [InlineData(0x8000000018a02867, 0x18a02, Usual | PteBits.Writable | PteBits.Dirty)]
    [InlineData(0x8000000005ed4025, 0x5ed4, Usual)]
    [InlineData(0x8400000005ed4025, 0x5ed4, Usual | PteBits.Dirty)] // as kept by software
    [InlineData(0x7ffffffa12b920, 0x5ed4, PteBits.Accessed)] // PROT_NONE: the frame is kept inverted
    public void An_entry_with_a_frame(ulong entry, long frame, PteBits bits)
    {
        Assert.Equal(bits, PageTableEntry.OfPresent(entry, out long found));
        Assert.Equal(frame, found);
    }

    [Theory]
    [InlineData(0xf7f9ffffff425602, 28, 0x5ed4, PteBits.Writable | PteBits.Accessed | PteBits.Dirty)] // 6.12: was 0x8000000005ed4867
    [InlineData(0xeff9fffffcebfa02, 27, 0x18a02, PteBits.Writable | PteBits.Accessed | PteBits.Dirty)] // 6.1: was 0x8000000018a02867
    [InlineData(0xe7f9fffffcebfa02, 28, 0x18a02, PteBits.Accessed | PteBits.Dirty)]
    public void A_migration_entry(ulong entry, int firstType, long frame, PteBits bits)
    {
        Assert.True(PageTableEntry.OfMigration(entry, firstType, out long found, out PteBits kept));
        Assert.Equal((frame, bits), (found, kept));
    }

    [Theory]
    [InlineData(0xf7f9ffffff425602, 27)]
    [InlineData(0xe7f9fffffcebfa02, 29)]
    [InlineData(0, 28)]
    public void Other_entries_are_no_migration_entries(ulong entry, int firstType) =>
        Assert.False(PageTableEntry.OfMigration(entry, firstType, out _, out _));
}
