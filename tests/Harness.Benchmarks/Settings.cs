using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Perfolizer.Horology;

namespace Harness.Benchmarks;

/// <summary>How everything here is measured: briefly, with the bytes allocated.</summary>
internal sealed class Settings : ManualConfig
{
    public Settings()
    {
        // In this process: a generated project would not restore under the repository's central package versions.
        // Assumed: ten iterations of 100 ms show a factor of 1.2 on a quiet machine; it takes more to show less. Measured: after three iterations of
        // warm-up the JIT compiler was still at work.
        AddJob(Job.Default
            .WithToolchain(InProcessEmitToolchain.Instance)
            .WithWarmupCount(10)
            .WithIterationCount(10)
            .WithIterationTime(TimeInterval.FromMilliseconds(100)));
        AddDiagnoser(MemoryDiagnoser.Default);
        AddColumnProvider(DefaultColumnProviders.Instance);
        AddLogger(ConsoleLogger.Default);
        AddExporter(MarkdownExporter.GitHub);
        HideColumns(Column.Gen0, Column.Gen1, Column.Gen2);
    }
}
