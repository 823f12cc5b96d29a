using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Harness.Records;

namespace Harness.Experiments.Tests;

/// <summary>
/// The program on one node, which may be fast and slow at once: everything but the tiering, which the guests show.
/// </summary>
[Collection(BuiltWorkloads.Collection)]
public sealed class TieringCheckTests(BuiltWorkloads built)
{
    private const string Name = "tiering-check";
    private const ulong Step = 0x9E3779B97F4A7C15;

    [Theory]
    [InlineData("static", 100, 50, 1UL, 1)]
    [InlineData("static", 1, 2, ulong.MaxValue, 3)]
    [InlineData("memory", 64, 33, 12345UL, 2)]
    [InlineData("threads", 64, 33, 12345UL, 4)]
    public void The_checksum_is_that_of_seed_and_parts_and_both_parts_are_touched(string kind, int hot, int cold, ulong seed, int threads)
    {
        (int status, string output, string error) = Run(
            kind, "--slow=0", "--seconds=1", $"--hot={hot * 4096}", $"--cold={(cold * 4096) - 1}", $"--threads={threads}", $"--seed={seed}", "--every=3", "--passes=40000", "--longest=1");

        Assert.Equal((0, ""), (status, error));
        ulong sum = 0;
        for (ulong page = 0; page < (ulong)(hot + cold); page++) sum = BuiltWorkloads.Mix(sum ^ BuiltWorkloads.Mix(~seed + ((page + 1) * Step)));
        JsonNode result = JsonNode.Parse(output)!;
        Assert.Equal(sum.ToString("x16", CultureInfo.InvariantCulture), (string?)result["checksum"]);
        Assert.Equal(Name, (string?)result["workload"]);
        JsonObject metrics = result["metrics"]!.AsObject();
        Assert.Equal(WorkloadCatalog.Load(Folders.FromEnvironment(), Name).Metrics.Select(m => m.Name), metrics.Select(m => m.Key));
        Assert.Equal((hot, cold, cold), ((int)metrics["hot_on_fast"]!, (int)metrics["cold_on_fast"]!, (int)metrics["cold_on_fast_before"]!));
        // two touches of the hot part to one of the cold, and each thread may stop in between
        Assert.InRange((long)metrics["hot_touches"]! - (2 * (long)metrics["cold_touches"]!), 0, 2L * threads);
        Assert.True((long)metrics["cold_touches"]! > 0);
        Assert.True((long)metrics["hot_touches"]! >= (40000L * hot) - threads);
    }

    // does every default of the descriptor, in the form the runner gives it, reach the program, and nothing happen before go?
    [Fact]
    public async Task It_takes_every_parameter_of_its_descriptor_and_waits_for_go()
    {
        Workload workload = WorkloadCatalog.Load(Folders.FromEnvironment(), Name);
        var values = workload.Parameters.ToDictionary(
            p => p.Name, p => p.Name switch { "slow" => "0", "seconds" or "longest" => "1", "hot" or "cold" => "65536", _ => p.Default });
        using Process process = Start("static", [.. workload.Command(values).Arguments]);
        Assert.Equal("ready", await process.StandardOutput.ReadLineAsync());
        await process.StandardInput.WriteAsync("go\n");
        await process.StandardInput.FlushAsync();
        Assert.StartsWith("{\"workload\":\"tiering-check\"", await process.StandardOutput.ReadLineAsync(), StringComparison.Ordinal);
        Assert.False(process.HasExited);    // it waits for the end of its input before it tears anything down
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
    }

    [Theory]
    [InlineData("--hot=0")]
    [InlineData("--hot=48MiB")]
    [InlineData("--cold=17592186044417")]
    [InlineData("--threads=0")]
    [InlineData("--every=1")]
    [InlineData("--seconds=0")]
    [InlineData("--passes=1000001")]
    [InlineData("--reach=101")]
    [InlineData("--fast=1024")]
    [InlineData("--handshake=1")]
    [InlineData("hot=1")]
    [InlineData("")]
    public void A_bad_argument_ends_with_status_2_and_one_line(string argument)
    {
        (int status, string output, string error) = Run("memory", argument);
        Assert.Equal((2, ""), (status, output));
        Assert.Matches("^tiering-check: [^\n]+\n$", error);
    }

    [SkippableFact]
    public void A_host_with_one_memory_node_ends_with_status_3_and_one_line()
    {
        Skip.If(Directory.GetDirectories("/sys/devices/system/node", "node*").Length > 1, "this host has more than one memory node");
        (int status, string output, string error) = Run("static");
        Assert.Equal((3, ""), (status, output));
        Assert.Matches("^tiering-check: node 1 has no memory this process may use \\(usable nodes: 0\\)[^\n]+\n$", error);
    }

    [Theory]
    [InlineData("--hot=17592186044416", "pages are wanted on node 0")]
    [InlineData("--cold=17592186044416", "the cold part is 4294967296 pages")]
    public void More_memory_than_the_nodes_have_ends_with_status_3_and_errno(string argument, string says)
    {
        (int status, string output, string error) = Run("static", "--slow=0", argument);
        Assert.Equal((3, ""), (status, output));
        Assert.Contains(says, error, StringComparison.Ordinal);
        Assert.Matches("^tiering-check: [^\n]+: errno 12, Cannot allocate memory\n$", error);
    }

    private Process Start(string kind, params string[] arguments) => built.Start(kind, Name, arguments);

    private (int Status, string Output, string Error) Run(string kind, params string[] arguments) => built.Run(kind, Name, arguments);
}
