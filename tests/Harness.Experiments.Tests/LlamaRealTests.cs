using System.Diagnostics;
using System.Text.Json.Nodes;
using Harness.Records;

namespace Harness.Experiments.Tests;

/// <summary>Does llama.cpp decode from a generated model on this host, the same every time?</summary>
[Collection(BuiltWorkloads.Collection)]
public sealed class LlamaRealTests(BuiltWorkloads built) : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("harness-llama-");

    [SkippableFact]
    public void The_same_tokens_give_the_same_logits_and_others_others()
    {
        (JsonNode first, string timings) = Decode("--seed=1");
        (JsonNode again, _) = Decode("--seed=1");
        (JsonNode other, _) = Decode("--seed=2");
        Assert.Equal((string?)first["checksum"], (string?)again["checksum"]);
        Assert.NotEqual((string?)first["checksum"], (string?)other["checksum"]);

        Workload described = WorkloadCatalog.Load(Folders.FromEnvironment(), "llama-real");
        Assert.Equal(described.Metrics.Select(m => m.Name), first["metrics"]!.AsObject().Select(m => m.Key));
        Assert.True((double)first["metrics"]!["eval_time"]! > 0);
        // llama.cpp's own lines, of both processes
        Assert.Equal(2, timings.Split('\n').Count(line => line.Contains(" eval time =", StringComparison.Ordinal) && line.Contains("/     2 runs", StringComparison.Ordinal)));
    }

    [SkippableFact]
    public void The_models_are_read_from_the_drive_again_though_loading_had_read_them()
    {
        (JsonNode result, _) = Decode("--processes=1", "--pages=4096");
        // 4096 pages in the steps of fault-around (16 pages by default), had they not been mapped again one by one there would be hardly any
        Assert.True((double)result["metrics"]!["minor_faults"]! + (double)result["metrics"]!["major_faults"]! >= 4096 / 16 * 0.9);
    }

    [Fact]
    public void Without_its_libraries_it_says_in_one_line_what_installs_them()
    {
        (int status, string output, string error) = built.Run("static", "llama-real", "--pages=400", "--layers=2", $"--dir={folder.FullName}");
        Assert.Equal((3, ""), (status, output));
        Assert.StartsWith("llama-real: llama.cpp v0.5.0 cannot be loaded: ", error, StringComparison.Ordinal);
        Assert.EndsWith("; ./run.sh installs it\n", error, StringComparison.Ordinal);
        Assert.Equal(1, error.Count(letter => letter == '\n'));
    }

    public void Dispose() => folder.Delete(recursive: true);

    private (JsonNode Result, string Timings) Decode(params string[] more)
    {
        string program = Path.Combine(Folders.FromEnvironment().Programs, "llama-real");
        Skip.IfNot(Directory.Exists(Path.Combine(Folders.FromEnvironment().Programs, "llama-cpp")), "llama.cpp's libraries are not installed: npm is missing");
        using Process process = Process.Start(new ProcessStartInfo(
            program, ["--processes=2", "--pages=1024", "--layers=3", "--tokens=2", $"--dir={folder.FullName}", .. more])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors.Result);
        return (JsonNode.Parse(output)!, errors.Result);
    }
}
