namespace Harness.Model;

/// <summary>
/// The workload <c>zap</c>: anonymous memory filled with folios of one size, all mapped by PTEs, and unmapped by one munmap(2). Only the
/// munmap is measured. The process has one thread.
/// </summary>
public sealed record Zap
{
    /// <summary>4 KiB pages of the memory; a multiple of a folio's.</summary>
    public required int Pages { get; init; }

    /// <summary>Every folio has 2^Order pages: 0 for 4 KiB to 9 for 2 MiB.</summary>
    public required int Order { get; init; }

    /// <summary>Folios of the memory.</summary>
    public int Folios => Pages >> Order;
}
