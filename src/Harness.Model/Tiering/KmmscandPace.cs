using System.Runtime.InteropServices;

namespace Harness.Model;

/// <summary>How often and how much kmmscand scans one address space: both follow what it found (published: kmmscand, version 0).</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct KmmscandPace
{
    /// <summary>Pages to promote below which a scan counts as having found none.</summary>
    internal const int Few = 100;

    private const long PagesOfMegabyte = 256;
    private const long LeastPages = 512 * PagesOfMegabyte;
    private const long FirstPages = 4_096 * PagesOfMegabyte;

    /// <summary>Most pages of one scan.</summary>
    internal const long MostPages = 16_384 * PagesOfMegabyte;

    private const int LeastPeriod = 400;
    private const int MostPeriod = 5_000;

    /// <summary>Milliseconds between two scans.</summary>
    internal int Period;

    /// <summary>Pages of one scan.</summary>
    internal long Pages;

    /// <summary>Pages to promote that the last scan found.</summary>
    internal int Found;

    /// <summary>Of an address space that was never scanned.</summary>
    internal static KmmscandPace First(int period) => new() { Period = period, Pages = FirstPages };

    /// <summary>After a scan: slowly slower while it finds nothing, slowly faster while it does, at once when that changes.</summary>
    internal void Adapt(int found)
    {
        found = found < Few ? 0 : found;
        (Period, Pages) = (Found > 0, found > 0) switch
        {
            (false, false) => (Period * 115 / 100, Pages / 2),
            (false, true) => (Period >> 3, MostPages),
            (true, false) => (Period << 3, Pages),
            (true, true) => (Period * 85 / 100, Pages * 2),
        };
        Period = Math.Clamp(Period, LeastPeriod, MostPeriod);
        Pages = Math.Clamp(Pages, LeastPages, MostPages);
        Found = found;
    }
}
