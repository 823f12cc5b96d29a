namespace Harness.Model;

/// <summary>pmbench-like: see <see cref="PmbenchLike"/>. Every touch is made, in the workload's order.</summary>
internal sealed class PmbenchProgram : AnonymousProgram
{
    /// <summary>Touches before others get their turn.</summary>
    private const int MadeAtOnce = 64;

    private readonly PmbenchLike workload;
    private readonly MadeTouches made;
    private readonly long[] touch;

    internal PmbenchProgram(TieringKernel kernel, PmbenchLike workload)
        : base(kernel, boundTo: null)
    {
        this.workload = workload;
        made = new MadeTouches(kernel, draws: true);
        touch = kernel.State.Array<long>(kernel.Threads);
    }

    internal override double Progress => touch.Sum() / ((double)workload.Touches * workload.Threads);

    internal override IEnumerable<Prediction> Metrics(double seconds)
    {
        double touches = (double)workload.Touches * workload.Threads;
        yield return new Prediction("workload.touches", "touches", touches);
        yield return new Prediction("workload.touches_per_second", "touches/s", touches / seconds);
    }

    private protected override bool Touch(int thread, int cpu)
    {
        ref long at = ref touch[thread];
        long end = Math.Min(at + MadeAtOnce, workload.Touches);
        ulong start = TouchOrder.Start(workload.Seed, thread);
        long ns = 0;
        made.Begin(thread, cpu);
        Kernel.Counts[TieringCount.Accesses] += end - at;
        for (; at < end; at++)
        {
            // a write reads the page first, as the program does to check it; the line is in the cache then
            ulong draw = TouchOrder.Draw(start, at);
            ns += made.Touch(Area.First + workload.Page(draw), workload.Writes(draw), thread, cpu);
        }
        Kernel.Clock.Spend(Component.Touch, ns);
        return at < workload.Touches;
    }
}
