namespace Harness.Model;

/// <summary>xsbench-like: see <see cref="XsbenchLike"/>. Every touch of every lookup is made, in the workload's order.</summary>
internal sealed class XsbenchProgram : AnonymousProgram
{
    /// <summary>Lookups before others get their turn.</summary>
    private const int MadeAtOnce = 4;

    private readonly XsbenchLike workload;
    private readonly MadeTouches made;
    private readonly long[] lookup;

    internal XsbenchProgram(TieringKernel kernel, XsbenchLike workload)
        : base(kernel, boundTo: null)
    {
        this.workload = workload;
        made = new MadeTouches(kernel, draws: false);
        lookup = kernel.State.Array<long>(kernel.Threads);
    }

    internal override double Progress => lookup.Sum() / ((double)workload.Lookups * workload.Threads);

    internal override IEnumerable<Prediction> Metrics(double seconds)
    {
        double lookups = (double)workload.Lookups * workload.Threads;
        yield return new Prediction("workload.lookups", "lookups", lookups);
        yield return new Prediction("workload.lookups_per_second", "lookups/s", lookups / seconds);
    }

    private protected override bool Touch(int thread, int cpu)
    {
        ref long at = ref lookup[thread];
        long end = Math.Min(at + MadeAtOnce, workload.Lookups);
        ulong start = TouchOrder.Start(workload.Seed, thread);
        long ns = 0;
        made.Begin(thread, cpu);
        Kernel.Counts[TieringCount.Accesses] += (end - at) * workload.TouchesALookup;
        for (; at < end; at++)
        {
            int target = workload.Target(start, at);
            ns += Kernel.Costs.Draw.Ns;
            for (int step = 0; step < workload.TouchesALookup; step++)
                ns += made.Touch(Area.First + workload.Page(target, step), write: false, thread, cpu);
        }
        Kernel.Clock.Spend(Component.Touch, ns);
        return at < workload.Lookups;
    }
}
