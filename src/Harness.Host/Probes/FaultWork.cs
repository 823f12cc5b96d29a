using System.Globalization;
using Harness.Interop;

namespace Harness.Host.Probes;

/// <summary>
/// Touches fresh pages: each is one minor page fault. perf counts it on the faulting CPU. The event counts of <c>/proc/vmstat</c> are
/// summed over the CPUs when the file is read, so that they are exact at every moment; only the levels (<c>nr_*</c>) are folded late and
/// could lag.
/// </summary>
internal sealed class FaultWork(int cpu) : IKnownWork
{
    /// <summary>Enough that what the harness and its runtime fault meanwhile is little beside it; 8 MiB. Assumed.</summary>
    private const int Pages = 2048;

    /// <summary>
    /// What others fault in the same few milliseconds counts too; a counter that counts everything twice must still fail. Assumed.
    /// </summary>
    private const double Most = 1.5 * Pages;

    private FreshPages? pages;

    public string Words { get; } = string.Create(CultureInfo.InvariantCulture, $"{Pages:N0} fresh pages touched on CPU {cpu}");

    public IReadOnlyList<string> Events { get; } = ["page-faults", "minor-faults"];

    public IReadOnlyList<Claim> Claims { get; } =
    [
        new("vmstat.pgfault", Pages, Most),
        new("perf.page-faults", Pages, Most, cpu),
        new("perf.minor-faults", Pages, Most, cpu),
    ];

    public string? WhyNot => null;

    public void Prepare()
    {
        pages?.Dispose();
        pages = new FreshPages(Pages);
    }

    public string? Perform()
    {
        for (int i = 0; i < Pages; i++) pages!.Touch(i);
        return null;
    }

    public void Dispose() => pages?.Dispose();
}
