namespace Harness.Model;

/// <summary>
/// How many touches of pages all equally likely a TLB serves: as many as is its share of the pages, for it holds the latest ones.
/// </summary>
internal readonly record struct TlbReach(int Entries, int Pages)
{
    /// <summary>The entries that a thread of so many finds: a core's, halved where siblings have to share.</summary>
    internal static TlbReach Of(Machine machine, int threads, int pages)
    {
        bool alone = threads * machine.ThreadsPerCore <= machine.Cpus;
        return new TlbReach(alone ? machine.Tlb.Second.Entries : machine.TlbEntries, pages);
    }

    /// <summary>Share of the touches that walk.</summary>
    internal double Walking => Math.Max(0, 1 - (double)Entries / Pages);

    /// <summary>
    /// Walks that a flush adds until the TLB is as full as before: the pages that fill it less those walked to anyhow in that time, which
    /// is Pages × ln(Pages / (Pages − Entries)) touches.
    /// </summary>
    internal double Refill => Entries >= Pages ? Pages : Entries - Pages * Math.Log(Pages / (double)(Pages - Entries)) * Walking;
}
