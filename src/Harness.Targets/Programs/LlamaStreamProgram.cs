using Harness.Model;

namespace Harness.Targets;

/// <summary>Starts <see cref="LlamaStreaming"/>.</summary>
/// <param name="workload">The workload it is taken for: the one that streams, or llama.cpp itself, which reads its weights so.</param>
/// <param name="held">4 KiB pages that each process holds besides its file.</param>
internal sealed class LlamaStreamProgram(string workload, int held) : ModelProgram
{
    /// <summary>
    /// What a process of llama-real holds: llama.cpp's cache, buffers and libraries. Measured: in a guest, what programs could have before
    /// the run less what was free when the window began, by three processes with models of 288 MiB.
    /// </summary>
    public const int HeldByLlamaReal = 9_700;

    // bounds that keep a run within a day and its state within what a server has; each assumed
    private const int MaxProcesses = 64;
    private const int MaxPages = 1 << 28;
    private const int MaxTokens = 10_000;
    private const long MaxTouches = 1L << 36;

    public override string Workload => workload;

    public override ModelRun Start(RequestReader asked, Machine machine, Profile profile)
    {
        LlamaStreaming streaming = Read(asked);
        return new TieringRun(TieringSimulation.Of(Left(machine, (long)streaming.Processes * held), profile, asked.Knobs(), streaming));
    }

    /// <summary>
    /// The machine without what the processes hold besides. It is taken from the last nodes first, where reclaim soon puts memory that
    /// nobody uses; each keeps half of its pages. Assumed.
    /// </summary>
    private static Machine Left(Machine machine, long pages)
    {
        MemoryNode[] nodes = [.. machine.Nodes];
        for (int node = nodes.Length - 1; node >= 0; node--)
        {
            int taken = (int)Math.Min(pages, nodes[node].Pages / 2);
            nodes[node] = nodes[node] with { Pages = nodes[node].Pages - taken };
            pages -= taken;
        }
        return machine with { Nodes = nodes };
    }

    private LlamaStreaming Read(RequestReader asked)
    {
        int processes = asked.Number("processes", 1, MaxProcesses);
        int pages = asked.Number("pages", 1, MaxPages);
        int tokens = asked.Number("tokens", 1, MaxTokens);
        if ((long)processes * pages * tokens > MaxTouches)
        {
            throw asked.Error(
                $"{processes} processes × {pages} pages × {tokens} tokens are too many touches to simulate; "
                + $"keep the product to {MaxTouches}");
        }
        return new LlamaStreaming
        {
            Processes = processes,
            Threads = asked.Number("threads", 1, MaxThreads),
            Pages = pages,
            Layers = asked.Number("layers", 1, pages),
            Tokens = tokens,
            Decodes = held > 0,
        };
    }
}
