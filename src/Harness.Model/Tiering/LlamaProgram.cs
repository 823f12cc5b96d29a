namespace Harness.Model;

/// <summary>llama-stream: see <see cref="LlamaStreaming"/>. Thread t of process p begins on CPU p times the threads plus t.</summary>
internal sealed class LlamaProgram : TieringProgram
{
    /// <summary>Pages after which others get their turn.</summary>
    private const int Slice = 32;

    /// <summary>
    /// Cache lines that a core has under way at once (published: 16 fill buffers of Golden Cove), which with a node's latency limit how
    /// fast a thread streams.
    /// </summary>
    private const int LinesInFlight = 16;

    private const int LinesOfPage = 64;

    private readonly LlamaStreaming workload;
    private readonly FilePages files;
    private readonly OwnPages own;
    private readonly long[] pageNs;
    private readonly int[] layer;
    private readonly int[] token;
    private readonly int[] arrived;
    private readonly int[] position;
    private readonly int[] end;

    internal LlamaProgram(TieringKernel kernel, LlamaStreaming workload)
        : base(kernel)
    {
        this.workload = workload;
        files = new FilePages(kernel);
        own = new OwnPages(kernel);
        long emulated = workload.Decodes ? kernel.Costs.DecodePage.Ns : kernel.Costs.StreamPage.Ns;
        pageNs =
        [
            .. kernel.Machine.Nodes.Select(node =>
                kernel.Costs.TouchPaysLatency ? (long)node.LatencyNs * LinesOfPage / LinesInFlight : emulated),
        ];
        layer = kernel.State.Array<int>(workload.Processes);
        token = kernel.State.Array<int>(workload.Processes);
        arrived = kernel.State.Array<int>(workload.Processes);
        position = kernel.State.Array<int>(kernel.Threads);
        end = kernel.State.Array<int>(kernel.Threads);
        for (int thread = 0; thread < kernel.Threads; thread++) BeginPart(thread);
    }

    internal override bool Done => token.AsSpan().IndexOfAnyExcept(workload.Tokens) < 0;

    internal override double Progress
    {
        get
        {
            double done = 0;
            for (int process = 0; process < workload.Processes; process++)
                done += token[process] + (double)layer[process] / workload.Layers;
            return done / workload.Processes / workload.Tokens;
        }
    }

    /// <summary>The mappings: one file a process.</summary>
    internal static IReadOnlyList<PageArea> Areas(LlamaStreaming workload)
    {
        int stride = (workload.Pages + PageTables.TablePages - 1) & -PageTables.TablePages;
        return
        [
            .. Enumerable.Range(0, workload.Processes)
                .Select(process => new PageArea(process, checked(process * stride), workload.Pages, File: true, Writable: false)),
        ];
    }

    internal override void Step()
    {
        int thread = Kernel.Clock.Actor;
        int process = thread / workload.Threads;
        if (!Kernel.Cpus.TryRun(process, out int cpu))
        {
            Kernel.Clock.Yield();
            return;
        }
        own.Use(cpu);
        ref int at = ref position[thread];
        int stop = Math.Min(end[thread], at + Slice);
        while (at < stop)
        {
            int touched = Stream(at, stop);
            at += touched;
            if (at < stop && !files.Fault(Kernel.Tables.Areas[process], at, cpu))
            {
                Kernel.Clock.Yield();
                return;
            }
        }
        Kernel.Cpus.Used(cpu);
        if (at < end[thread]) Kernel.Clock.Yield();
        else Arrive(process);
    }

    internal override IEnumerable<Prediction> Metrics(double seconds)
    {
        yield return new Prediction("workload.tokens_per_second", "tokens/s", token.Sum() / seconds);
    }

    /// <summary>Reads pages as far as they are mapped. Each is walked once: its other lines hit the TLB.</summary>
    /// <returns>How many.</returns>
    private int Stream(int first, int stop)
    {
        const ulong Used = PageWord.Mapped | PageWord.Young;
        ulong[] words = Kernel.Tables.Words;
        long time = 0;
        int page = first;
        for (; page < stop; page++)
        {
            ulong word = words[page];
            if ((word & PageWord.Mapped) == 0) break;
            if ((word & Used) != Used)
            {
                words[page] = word | PageWord.Young;
                Kernel.Tables.Use(page);
            }
            time += pageNs[PageWord.NodeOf(word)];
        }
        Kernel.Clock.Spend(Component.Touch, time);
        Kernel.Counts[TieringCount.Accesses] += page - first;
        Kernel.Counts[TieringCount.LoadWalks] += page - first;
        return page - first;
    }

    /// <summary>The last thread to arrive opens the next layer; the others spin.</summary>
    private void Arrive(int process)
    {
        int first = process * workload.Threads;
        if (++arrived[process] < workload.Threads)
        {
            Kernel.Cpus.Spin(Kernel.Clock.Actor);
            Kernel.Clock.Stop();
            return;
        }
        arrived[process] = 0;
        if (++layer[process] == workload.Layers)
        {
            layer[process] = 0;
            if (++token[process] == workload.Tokens)
            {
                for (int thread = first; thread < first + workload.Threads; thread++) Kernel.Cpus.End(thread);
                Kernel.Clock.Stop();
                return;
            }
        }
        for (int thread = first; thread < first + workload.Threads; thread++)
        {
            BeginPart(thread);
            if (thread != Kernel.Clock.Actor) Kernel.Clock.Wake(thread, Component.Barrier);
        }
        Kernel.Clock.Yield();
    }

    private void BeginPart(int thread)
    {
        int process = thread / workload.Threads;
        int first = Kernel.Tables.Areas[process].First;
        position[thread] = first + workload.PartStart(layer[process], thread % workload.Threads);
        end[thread] = first + workload.PartStart(layer[process], thread % workload.Threads + 1);
    }
}
