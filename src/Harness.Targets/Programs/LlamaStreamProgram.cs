using Harness.Model;

namespace Harness.Targets;

/// <summary>Starts <see cref="LlamaStreaming"/>.</summary>
/// <param name="workload">The workload it is taken for: the one that streams, or llama.cpp itself, which reads its weights so.</param>
internal sealed class LlamaStreamProgram(string workload) : ModelProgram
{
    // bounds that keep a run within a day and its state within what a server has; each assumed
    private const int MaxProcesses = 64;
    private const int MaxPages = 1 << 28;
    private const int MaxTokens = 10_000;
    private const long MaxTouches = 1L << 36;

    public override string Workload => workload;

    public override ModelRun Start(RequestReader asked, Machine machine, Profile profile) =>
        new TieringRun(TieringSimulation.Of(machine, profile, asked.Knobs(), Read(asked)));

    private static LlamaStreaming Read(RequestReader asked)
    {
        int processes = asked.Number("processes", 1, MaxProcesses);
        int pages = asked.Number("pages", 1, MaxPages);
        int tokens = asked.Number("tokens", 1, MaxTokens);
        if ((long)processes * pages * tokens > MaxTouches)
        {
            throw asked.Error(
                $"{processes} processes × {pages} pages × {tokens} tokens are too many touches to simulate; keep the product to {MaxTouches}");
        }
        return new LlamaStreaming
        {
            Processes = processes,
            Threads = asked.Number("threads", 1, MaxThreads),
            Pages = pages,
            Layers = asked.Number("layers", 1, pages),
            Tokens = tokens,
        };
    }
}
