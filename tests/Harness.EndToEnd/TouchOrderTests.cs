using System.Diagnostics;
using Harness.Model;

namespace Harness.EndToEnd;

/// <summary>Does each workload of the model touch the pages that its C program touches, in the same order?</summary>
public sealed class TouchOrderTests
{
    [Theory]
    [InlineData(64, 3, 1UL, 32)]
    [InlineData(1000, 2, 18446744073709551615UL, 500)]
    public void Migrate_pingpong(int pages, int threads, ulong seed, int touches) =>
        AssertTrace(
            Random(threads, seed, touches, (start, touch) => $"{TouchOrder.Page(start, touch, pages)}"),
            "migrate-pingpong", $"--pages={pages}", $"--threads={threads}", $"--seed={seed}", $"--trace={touches}");

    [Theory]
    [InlineData(777, 3, 5UL, 200)]
    public void Abench(int pages, int threads, ulong seed, int touches)
    {
        var workload = new Abench { Pages = pages, Threads = threads, Iterations = 1, Seed = seed };
        AssertTrace(
            Random(threads, seed, touches, (start, touch) => $"{workload.Page(start, touch)}"),
            "abench", $"--pages={pages}", $"--threads={threads}", $"--seed={seed}", "--node=0", $"--trace={touches}");
    }

    [Theory]
    [InlineData(777, 2, 5UL, 500, 10, 90, 50)]
    [InlineData(3, 1, 6UL, 100, 1, 40, 7)]
    [InlineData(64, 1, 7UL, 100, 100, 0, 100)]
    public void Pmbench_like(int pages, int threads, ulong seed, int touches, int hotPages, int hotTouches, int writes)
    {
        var workload = new PmbenchLike
        {
            Pages = pages, Threads = threads, Touches = touches, Hot = new HotSet(hotPages, hotTouches), WritePercent = writes, Seed = seed,
        };
        AssertTrace(
            Random(threads, seed, touches, (start, touch) =>
            {
                ulong draw = TouchOrder.Draw(start, touch);
                return $"{workload.Page(draw)} {(workload.Writes(draw) ? "write" : "read")}";
            }),
            "pmbench-like", $"--pages={pages}", $"--threads={threads}", $"--seed={seed}", $"--touches={touches}",
            $"--hot-pages={hotPages}", $"--hot-touches={hotTouches}", $"--writes={writes}", $"--trace={touches}");
    }

    [Theory]
    [InlineData(777, 2, 5UL, 100, 100, 100)]
    [InlineData(1, 1, 5UL, 3, 100, 100)]
    [InlineData(64, 1, 9UL, 50, 20, 80)]
    public void Xsbench_like(int pages, int threads, ulong seed, int lookups, int hotPages, int hotTouches)
    {
        var workload = new XsbenchLike { Pages = pages, Threads = threads, Lookups = lookups, Hot = new HotSet(hotPages, hotTouches), Seed = seed };
        int each = workload.TouchesALookup;
        AssertTrace(
            Random(threads, seed, lookups * each, (start, touch) => $"{workload.Page(workload.Target(start, touch / each), touch % each)}"),
            "xsbench-like", $"--pages={pages}", $"--threads={threads}", $"--seed={seed}",
            $"--hot-pages={hotPages}", $"--hot-touches={hotTouches}", $"--trace={lookups}");
    }

    [Theory]
    [InlineData(2, 3, 100, 7, 3, 80)]    // no layer begins at a multiple of anything, and the trace ends within the last pass
    [InlineData(1, 4, 10, 5, 2, 100)]    // layers with fewer pages than threads
    public void Llama_stream(int processes, int threads, int pages, int layers, int tokens, int touches)
    {
        var workload = new LlamaStreaming { Processes = processes, Threads = threads, Pages = pages, Layers = layers, Tokens = tokens };
        IEnumerable<string> modelled =
            from process in Enumerable.Range(0, processes)
            from thread in Enumerable.Range(0, threads)
            let order =
                from token in Enumerable.Range(0, tokens)
                from layer in Enumerable.Range(0, layers)
                let start = workload.PartStart(layer, thread)
                from page in Enumerable.Range(start, workload.PartStart(layer, thread + 1) - start)
                select page
            from page in order.Take(touches)
            select $"{process} {thread} {page}";
        AssertTrace(
            modelled,
            "llama-stream", $"--processes={processes}", $"--threads={threads}", $"--pages={pages}", $"--layers={layers}", $"--tokens={tokens}",
            $"--dir={Path.GetTempPath()}", $"--trace={touches}");
    }

    [Theory]
    [InlineData(1024, 100)]
    public void Zap_fills_its_pages_in_order(int pages, int touches) =>
        AssertTrace(Enumerable.Range(0, touches).Select(page => $"0 {page}"), "zap", $"--pages={pages}", $"--trace={touches}");

    private static IEnumerable<string> Random(int threads, ulong seed, int touches, Func<ulong, int, string> touched) =>
        from thread in Enumerable.Range(0, threads)
        let start = TouchOrder.Start(seed, thread)
        from touch in Enumerable.Range(0, touches)
        select $"{thread} {touched(start, touch)}";

    private static void AssertTrace(IEnumerable<string> modelled, string workload, params string[] arguments)
    {
        string program = Path.Combine(Repository.Root, "artifacts", "workloads", workload);
        Ended traced = CommandLine.Wait(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        });
        Assert.Equal(modelled, traced.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
