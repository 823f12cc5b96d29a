using System.Diagnostics;
using Harness.Model;

namespace Harness.EndToEnd;

/// <summary>Does the model's program touch the pages that the C program touches, in the same order?</summary>
public sealed class TouchOrderTests
{
    [Theory]
    [InlineData(64, 3, 1UL, 32)]
    [InlineData(1000, 2, 18446744073709551615UL, 500)]
    public void The_traced_C_program_and_the_models_program_touch_the_same_pages(int pages, int threads, ulong seed, int touches)
    {
        string program = Path.Combine(Repository.Root, "artifacts", "workloads", "migrate-pingpong");
        Ended traced = CommandLine.Wait(new ProcessStartInfo(program, [$"--pages={pages}", $"--threads={threads}", $"--seed={seed}", $"--trace={touches}"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        });
        IEnumerable<string> modelled =
            from thread in Enumerable.Range(0, threads)
            let start = TouchOrder.Start(seed, thread)
            from touch in Enumerable.Range(0, touches)
            select $"{thread} {TouchOrder.Page(start, touch, pages)}";
        Assert.Equal(modelled, traced.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
