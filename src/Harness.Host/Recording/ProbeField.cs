using Harness.Traces;

namespace Harness.Host.Recording;

/// <summary>A field of a probe's event.</summary>
/// <param name="Name">Its name in the event's <c>format</c> file.</param>
/// <param name="Use">What it says.</param>
public readonly record struct ProbeField(string Name, ProbeFieldUse Use);

/// <summary>What a field says.</summary>
public enum ProbeFieldUse
{
    /// <summary>Nothing that is kept; a filter asks for it.</summary>
    None,

    /// <summary>A frame (pfn). All bits set: none, and the event says nothing (an allocation that failed).</summary>
    Frame,

    /// <summary>A page-table entry as the hardware has it: <see cref="PageTableEntry.OfPresent"/>.</summary>
    Pte,

    /// <summary>A migration entry as it stands in a page table: <see cref="PageTableEntry.OfMigration"/>.</summary>
    MigrationEntry,

    /// <summary>Address of a struct page or folio: frame = (it − <see cref="PageBase"/>) / <see cref="ProbeSet.PageBytes"/>.</summary>
    Page,

    /// <summary>Address of the struct page of frame 0, in the same event.</summary>
    PageBase,

    /// <summary>An address space.</summary>
    Mm,

    /// <summary>A word of a set of CPUs; the event's fields of this use are the words in their order.</summary>
    Cpus,

    /// <summary><see cref="TraceEvent.Order"/>.</summary>
    Order,

    /// <summary><see cref="TraceEvent.Value"/>, signed as the format says.</summary>
    Value,

    /// <summary><see cref="TraceEvent.Flag"/>: not 0.</summary>
    Flag,

    /// <summary>First address of a range.</summary>
    Start,

    /// <summary>
    /// End of the range: <see cref="TraceEvent.Value"/> is its pages of 4 KiB, or −1 when all bits of the end are set (everything).
    /// </summary>
    End,
}
