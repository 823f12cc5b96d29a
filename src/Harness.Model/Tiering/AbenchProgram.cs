namespace Harness.Model;

/// <summary>
/// abench: see <see cref="Abench"/>. Few touches are made one by one in the workload's order; of many only those are, of a page drawn at
/// random, that change anything, and the others take the time of the mean page.
/// </summary>
internal sealed class AbenchProgram : AnonymousProgram
{
    /// <summary>Touches of all threads that are still made one by one: some ten seconds of computing. Assumed.</summary>
    internal const long MostMade = 1L << 27;

    /// <summary>Touches that are made one by one before others get their turn.</summary>
    private const int MadeAtOnce = 64;

    /// <summary>
    /// How far a thread runs ahead while nothing can fault, a tick of the kernel, and while something can. Assumed: much shorter than the
    /// time between two scans, and than that between a page's protection and its next touch.
    /// </summary>
    private const long Calm = 4_000_000;

    private const long Watchful = 50_000;

    private readonly Abench workload;
    private readonly MadeTouches? made;
    private readonly DrawnTouches? drawn;
    private readonly TlbReach reach;
    private readonly long[] touchNs;
    private readonly long[] touch;
    private readonly long[] flushes;
    private readonly double[] toRefill;
    private readonly double[] part;
    private readonly long[] touchedLast;

    internal AbenchProgram(TieringKernel kernel, Abench workload, bool draws)
        : base(kernel, workload.Node)
    {
        this.workload = workload;
        if (draws) drawn = kernel.Tables.Drawn = new DrawnTouches(kernel.State, kernel.Tables, Area, workload.Seed);
        else made = new MadeTouches(kernel, draws: true);
        reach = TlbReach.Of(kernel.Machine, workload.Threads, workload.Pages);
        touchNs = MadeTouches.LatencyOfTouch(kernel, draws: true);
        touch = kernel.State.Array<long>(kernel.Threads);
        flushes = kernel.State.Array<long>(kernel.Threads);
        toRefill = kernel.State.Array<double>(kernel.Threads);
        part = kernel.State.Array<double>(kernel.Threads);
        touchedLast = kernel.State.Array<long>(kernel.Threads);
    }

    internal override double Progress => touch.Sum(count => (double)count) / TouchesOfThread / workload.Threads;

    private long TouchesOfThread => workload.Iterations * workload.TouchesAnIteration;

    /// <summary>Whether the touches are too many to be made.</summary>
    internal static bool Draws(Abench workload) =>
        (double)workload.Threads * workload.Iterations * workload.TouchesAnIteration > MostMade;

    internal override IEnumerable<Prediction> Metrics(double seconds)
    {
        double touches = (double)TouchesOfThread * workload.Threads;
        yield return new Prediction("workload.touches", "touches", touches);
        yield return new Prediction("workload.touches_per_second", "touches/s", touches / seconds);
        yield return new Prediction("workload.pages_elsewhere", "pages", workload.Pages - Kernel.Anonymous.OnNode(workload.Node));
    }

    private protected override bool Touch(int thread, int cpu)
    {
        ref long at = ref touch[thread];
        long left = workload.TouchesAnIteration - at % workload.TouchesAnIteration;
        long touched = made is null ? Draw(left, thread, cpu) : Make(at, left, thread, cpu);
        Kernel.Counts[TieringCount.Accesses] += touched;
        at += touched;
        if (at == TouchesOfThread) return false;
        if (touched == left && workload.Delay.Count > 0) Sleep(cpu, workload.Delay.Count);
        return true;
    }

    private long Make(long first, long left, int thread, int cpu)
    {
        MadeTouches touches = made!;
        ulong start = TouchOrder.Start(workload.Seed, thread);
        long end = first + Math.Min(left, MadeAtOnce);
        long ns = 0;
        touches.Begin(thread, cpu);
        for (long at = first; at < end; at++) ns += touches.Touch(Area.First + workload.Page(start, at), write: false, thread, cpu);
        Kernel.Clock.Spend(Component.Touch, ns);
        return end - first;
    }

    private long Draw(long left, int thread, int cpu)
    {
        DrawnTouches touches = drawn!;
        double ns = 0;
        for (int node = 0; node < touchNs.Length; node++) ns += touchNs[node] * (double)Kernel.Anonymous.OnNode(node) / workload.Pages;
        bool calm = touches.Faulting == 0 && !Kernel.Balancing.AnyScanning(0);
        long others = Math.Min(left, Math.Max(1, (long)((calm ? Calm : Watchful) / ns)));
        long before = touches.BeforeFault();
        bool faults = before < others;
        long touched = faults ? before + 1 : others;
        long walks = Walks(touched, thread, cpu);
        Kernel.Clock.Spend(Component.Touch, (long)(touched * ns) + walks * Kernel.Costs.Walk.Ns);
        Kernel.Counts[TieringCount.LoadWalks] += walks;
        touches.Walked(walks);
        if (!faults) return touched;
        int page = touches.DrawFaulting();
        if ((Kernel.Tables.Words[page] & PageWord.ProtNone) != 0) Kernel.Anonymous.Fault(page, write: false, thread, cpu);
        else touches.Unprotect(page);
        return touched;
    }

    /// <summary>
    /// How many of a thread's touches walk; what is no whole walk is left for the next time. Flushes are seen at the thread's next turn:
    /// all but the last of them hit while it made the touches before.
    /// </summary>
    private long Walks(long touched, int thread, int cpu)
    {
        double hits = 1 - reach.Walking;
        long now = Kernel.Cpus.Flushes(cpu);
        double extra = 0;
        if (now > flushes[thread])
        {
            extra = Math.Min((now - flushes[thread] - 1) * reach.Refill, touchedLast[thread] * hits);
            flushes[thread] = now;
            toRefill[thread] = reach.Refill;
        }
        double refilled = Math.Min(toRefill[thread], touched * hits);
        toRefill[thread] -= refilled;
        touchedLast[thread] = touched;
        part[thread] += touched * reach.Walking + extra + refilled;
        long walks = (long)part[thread];
        part[thread] -= walks;
        return walks;
    }
}
