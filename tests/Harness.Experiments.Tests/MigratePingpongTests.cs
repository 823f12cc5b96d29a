using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Harness.Records;

namespace Harness.Experiments.Tests;

[Collection(BuiltWorkloads.Collection)]
public sealed class MigratePingpongTests(BuiltWorkloads built)
{
    private const string Name = "migrate-pingpong";
    private const ulong Step = 0x9E3779B97F4A7C15;

    // does the program touch the pages in the order that the formula of its README gives?
    [Theory]
    [InlineData("static", 1024, 3, 1UL, 200)]
    [InlineData("static", 1, 2, 0UL, 5)]
    [InlineData("static", 1000, 4, ulong.MaxValue, 50)]
    [InlineData("memory", 77, 504, 12345UL, 20)]
    [InlineData("threads", 77, 5, 12345UL, 20)]
    public void The_trace_is_the_order_of_the_formula(string kind, int pages, int threads, ulong seed, int touches)
    {
        (int status, string output, string error) = Run(kind, $"--pages={pages}", $"--threads={threads}", $"--seed={seed}", $"--trace={touches}");

        Assert.Equal((0, ""), (status, error));
        var expected = new List<string>();
        for (ulong thread = 0; thread < (ulong)threads; thread++)
        {
            ulong state = BuiltWorkloads.Mix(seed + (thread + 1) * Step);
            for (int i = 0; i < touches; i++)
            {
                state += Step;
                expected.Add(string.Create(CultureInfo.InvariantCulture, $"{thread} {((BuiltWorkloads.Mix(state) >> 32) * (ulong)pages) >> 32}"));
            }
        }
        Assert.Equal(expected, output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Theory]
    [InlineData("static", 64, 1UL, 3)]
    [InlineData("static", 64, 1UL, 0)]
    [InlineData("memory", 64, 1UL, 8)]
    [InlineData("threads", 64, 1UL, 8)]
    [InlineData("static", 1000, 987654321UL, 2)]
    public void The_checksum_is_that_of_seed_and_pages_whatever_the_threads_do(string kind, int pages, ulong seed, int threads)
    {
        (int status, string output, string error) = Run(kind, "--rounds=0", $"--pages={pages}", $"--threads={threads}", $"--seed={seed}", "--bind=none");

        Assert.Equal((0, ""), (status, error));
        ulong sum = 0;
        for (ulong page = 0; page < (ulong)pages; page++) sum = BuiltWorkloads.Mix(sum ^ BuiltWorkloads.Mix(~seed + (page + 1) * Step));
        JsonNode result = JsonNode.Parse(output)!;
        Assert.Equal(sum.ToString("x16", CultureInfo.InvariantCulture), (string?)result["checksum"]);
        Assert.Equal("migrate-pingpong", (string?)result["workload"]);
        Workload described = WorkloadCatalog.Load(Folders.FromEnvironment(), "migrate-pingpong");
        Assert.Equal(described.Metrics.Select(m => m.Name), result["metrics"]!.AsObject().Select(m => m.Key));
        Assert.Equal(0, (int)result["metrics"]!["pages_moved"]!);
        Assert.Equal(0, (int)result["metrics"]!["pages_misplaced"]!);
    }

    // does every default of the descriptor, in the form the runner gives it, reach the program?
    [Fact]
    public void The_program_takes_every_parameter_of_its_descriptor()
    {
        Workload workload = WorkloadCatalog.Load(Folders.FromEnvironment(), "migrate-pingpong");
        var values = workload.Parameters.ToDictionary(p => p.Name, p => p.Name == "rounds" ? "0" : p.Default);
        (int status, string output, string error) = Run("static", [.. workload.Command(values).Arguments.Where(a => a != "--handshake")]);
        Assert.Equal((0, ""), (status, error));
        Assert.StartsWith("{", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("static")]
    [InlineData("memory")]
    [InlineData("threads")]
    public async Task The_handshake_is_ready_go_result_end(string kind)
    {
        using Process process = Start(kind, "--handshake", "--rounds=0", "--pages=16");
        Assert.Equal("ready", await process.StandardOutput.ReadLineAsync());
        Task<string?> result = process.StandardOutput.ReadLineAsync();
        Assert.False(result.IsCompleted);
        await process.StandardInput.WriteAsync("go\n");
        await process.StandardInput.FlushAsync();
        Assert.StartsWith("{\"workload\":\"migrate-pingpong\"", await result, StringComparison.Ordinal);
        Assert.False(process.HasExited);    // it waits for the end of its input before it tears anything down
        process.StandardInput.Close();
        Assert.Equal("", await process.StandardOutput.ReadToEndAsync());
        Assert.Equal("", await process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
    }

    [Theory]
    [InlineData("", "standard input ended before go")]
    [InlineData("stop\n", "said something other than go")]
    public void A_handshake_that_is_broken_off_ends_the_program(string input, string expected)
    {
        using Process process = Start("static", "--handshake", "--rounds=0", "--pages=16");
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(1, process.ExitCode);
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--pages=-1")]
    [InlineData("--pages=0")]
    [InlineData("--pages=")]
    [InlineData("--pages=4294967297")]
    [InlineData("--pages=99999999999999999999999")]
    [InlineData("--pages=1k")]
    [InlineData("--threads=505")]
    [InlineData("--write=2")]
    [InlineData("--bind=all")]
    [InlineData("--from=1")]    // the same as --to
    [InlineData("--to=1024")]
    [InlineData("--trace=0")]
    [InlineData("--handshake=1")]
    [InlineData("pages=1")]
    [InlineData("--")]
    [InlineData("")]
    public void A_bad_argument_ends_with_status_2_and_one_line(string argument)
    {
        (int status, string output, string error) = Run("memory", argument);
        Assert.Equal((2, ""), (status, output));
        Assert.Matches("^migrate-pingpong: [^\n]+\n$", error);
    }

    [SkippableFact]
    public void A_host_with_one_memory_node_ends_with_status_3_and_one_line()
    {
        Skip.If(Directory.GetDirectories("/sys/devices/system/node", "node*").Length > 1, "this host has more than one memory node");
        (int status, string output, string error) = Run("static", "--pages=16");
        Assert.Equal((3, ""), (status, output));
        Assert.Matches("^migrate-pingpong: node 1 has no memory this process may use \\(usable nodes: 0\\)[^\n]+\n$", error);
    }

    [Fact]
    public void More_pages_than_the_node_has_end_with_status_3_and_errno()
    {
        (int status, string output, string error) = Run("static", "--pages=4294967296", "--rounds=0");
        Assert.Equal((3, ""), (status, output));
        Assert.Matches("^migrate-pingpong: [^\n]+: errno 12, Cannot allocate memory\n$", error);
    }

    [SkippableFact]
    public void On_a_host_with_two_nodes_every_page_is_moved()
    {
        Skip.IfNot(Directory.Exists("/sys/devices/system/node/node1"), "this host has one memory node; the guests have two");
        (int status, string output, string error) = Run("static", "--pages=256", "--rounds=4");
        Assert.Equal((0, ""), (status, error));
        Assert.Equal(1024, (int)JsonNode.Parse(output)!["metrics"]!["pages_moved"]!);
    }

    private Process Start(string kind, params string[] arguments) => built.Start(kind, Name, arguments);

    private (int Status, string Output, string Error) Run(string kind, params string[] arguments) => built.Run(kind, Name, arguments);
}
