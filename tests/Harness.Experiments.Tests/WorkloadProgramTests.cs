using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Harness.Records;

namespace Harness.Experiments.Tests;

/// <summary>Do the programs keep to their descriptors, to the handshake, and to the memory they map? On one node, in small.</summary>
[Collection(BuiltWorkloads.Collection)]
public sealed class WorkloadProgramTests(BuiltWorkloads built)
{
    private static readonly string Dir = $"--dir={Path.GetTempPath()}";

    private static string[] Small(string workload) => workload switch
    {
        "abench" => ["--pages=64", "--threads=3", "--iterations=2", "--node=0"],
        "pmbench-like" => ["--pages=64", "--threads=3", "--touches=500"],
        "xsbench-like" => ["--pages=64", "--threads=3", "--lookups=50"],
        "llama-stream" => ["--processes=2", "--threads=3", "--pages=64", "--layers=5", "--tokens=3", Dir],
        "zap" => ["--pages=1024", "--order=0"],
        _ => throw new ArgumentOutOfRangeException(nameof(workload)),
    };

    public static TheoryData<string, string> Programs()
    {
        var all = new TheoryData<string, string>();
        foreach (string workload in (string[])["abench", "pmbench-like", "xsbench-like", "llama-stream", "zap"])
        {
            foreach (string kind in (string[])["static", "memory", "threads"]) all.Add(workload, kind);
        }
        return all;
    }

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task The_handshake_is_ready_go_result_end_and_the_result_has_every_metric(string workload, string kind)
    {
        using Process process = built.Start(kind, workload, [.. Small(workload), "--handshake"]);
        Assert.Equal("ready", await process.StandardOutput.ReadLineAsync());
        Task<string?> result = process.StandardOutput.ReadLineAsync();
        Assert.False(result.IsCompleted);
        await process.StandardInput.WriteAsync("go\n");
        await process.StandardInput.FlushAsync();
        JsonNode printed = JsonNode.Parse((await result)!)!;
        Assert.False(process.HasExited);    // it waits for the end of its input before it tears anything down
        process.StandardInput.Close();
        Assert.Equal(("", ""), (await process.StandardOutput.ReadToEndAsync(), await process.StandardError.ReadToEndAsync()));
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);

        Assert.Equal(workload, (string?)printed["workload"]);
        Workload described = WorkloadCatalog.Load(Folders.FromEnvironment(), workload);
        Assert.Equal(described.Metrics.Select(m => m.Name), printed["metrics"]!.AsObject().Select(m => m.Key));
        Assert.True((double)printed["metrics"]!["elapsed"]! > 0);
    }

    // does every default of the descriptor, in the form the runner gives it, reach the program?
    [Theory]
    [InlineData("abench", "node", "0")]
    [InlineData("pmbench-like", "touches", "1000")]
    [InlineData("xsbench-like", "lookups", "100")]
    [InlineData("llama-stream", "pages", "64")]
    [InlineData("zap", "pages", "1024")]
    public void The_program_takes_every_parameter_of_its_descriptor(string workload, string changed, string value)
    {
        Workload described = WorkloadCatalog.Load(Folders.FromEnvironment(), workload);
        var values = described.Parameters.ToDictionary(p => p.Name, p => p.Name == changed ? described.Check(changed, value) : p.Default);
        (int status, string output, string error) =
            built.Run("static", workload, [.. described.Command(values).Arguments.Where(a => a != "--handshake")]);
        Assert.Equal((0, ""), (status, error));
        Assert.StartsWith("{", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("abench", "--iterations=3")]
    [InlineData("pmbench-like", "--hot-pages=50")]
    [InlineData("xsbench-like", "--threads=1")]
    [InlineData("zap", "--handshake")]
    public void The_checksum_is_that_of_seed_and_pages_alone(string workload, string other)
    {
        using Process process = built.Start("static", workload, [.. Small(workload), "--pages=1024", "--seed=9", other]);
        process.StandardInput.Write("go\n");
        process.StandardInput.Close();
        string last = process.StandardOutput.ReadToEnd().TrimEnd('\n').Split('\n')[^1];
        ulong sum = 0;
        for (ulong page = 0; page < 1024; page++) sum = BuiltWorkloads.Mix(sum ^ BuiltWorkloads.Mix(~9UL + (page + 1) * 0x9E3779B97F4A7C15));
        Assert.Equal(sum.ToString("x16", CultureInfo.InvariantCulture), (string?)JsonNode.Parse(last)!["checksum"]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Streaming_reads_every_word_once_a_token_however_many_threads_share_it(int threads)
    {
        (int status, string output, string error) = built.Run(
            "static", "llama-stream", "--processes=1", $"--threads={threads}", "--pages=20", "--layers=6", "--tokens=2", "--seed=9", Dir);
        Assert.Equal((0, ""), (status, error));
        ulong sum = 0;
        for (ulong page = 0; page < 20; page++)
        {
            for (ulong k = 0; k < 512; k++) sum += BuiltWorkloads.Mix(~9UL + (page + 1) * 0x9E3779B97F4A7C15) + k;
        }
        Assert.Equal(BuiltWorkloads.Mix(2 * sum).ToString("x16", CultureInfo.InvariantCulture), (string?)JsonNode.Parse(output)!["checksum"]);
    }

    // is nothing left behind when the program is killed: no process that streams on, no file?
    [Fact]
    public async Task Streaming_that_is_killed_leaves_no_process_and_no_file()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("harness-stream-");
        using Process process = built.Start(
            "static", "llama-stream", "--processes=2", "--threads=1", "--pages=512", "--tokens=1000000", $"--dir={folder.FullName}", "--handshake");
        Assert.Equal("ready", await process.StandardOutput.ReadLineAsync());
        string listed = File.ReadAllText($"/proc/{process.Id}/task/{process.Id}/children");
        int[] children = [.. listed.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)];
        Assert.Equal(2, children.Length);
        Process[] streaming = [.. children.Select(Process.GetProcessById)];
        process.Kill();
        foreach (Process child in streaming)
        {
            await child.WaitForExitAsync(new CancellationTokenSource(TimeSpan.FromSeconds(30)).Token);
            child.Dispose();
        }
        Assert.Empty(folder.GetFileSystemInfos());
        folder.Delete();
    }

    [Theory]
    [InlineData("abench", "--pages=0", "--pages=0 is outside")]
    [InlineData("abench", "--touch=5", "--touch=5 is not an option; there are --pages=")]
    [InlineData("pmbench-like", "--hot-pages=101", "outside 1..100")]
    [InlineData("pmbench-like", "--writes=half", "not a whole number")]
    [InlineData("xsbench-like", "--lookups=", "has no value")]
    [InlineData("llama-stream", "--layers=17000", "--layers=17000 are more than --pages=16384")]
    [InlineData("llama-stream", "--tokens=-1", "not a whole number")]
    [InlineData("zap", "--order=10", "outside 0..9")]
    [InlineData("zap", "--pages=17 --order=4", "--pages=17 is no multiple of a folio's 16 pages")]
    [InlineData("zap", "--huge=advise", "--huge=advise is not an option")]
    [InlineData("zap", "--cpus=0-", "--cpus=0- is no list of CPUs")]
    [InlineData("zap", "--cpus=1-0", "--cpus=1-0 is no list of CPUs")]
    [InlineData("zap", "--cpus=8192", "--cpus=8192 is no list of CPUs")]
    [InlineData("xsbench-like", "--huge=always", "--huge=always is none of never, advise, system")]
    [InlineData("pmbench-like", "--node=one", "not a whole number")]
    [InlineData("pmbench-like", "--share=10001", "outside 0..10000")]
    public void A_bad_option_ends_in_one_line(string workload, string arguments, string expected)
    {
        (int status, string output, string error) = built.Run("static", workload, arguments.Split(' '));
        Assert.Equal((2, ""), (status, output));
        Assert.StartsWith(workload + ": ", error, StringComparison.Ordinal);
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.Equal(1, error.Count(c => c == '\n'));
    }

    [Theory]
    [InlineData("memory", "pmbench-like", "--touches=100", 1)]
    [InlineData("memory", "xsbench-like", "--lookups=10", 1)]
    [InlineData("static", "zap", "--order=0", 1)]
    [InlineData("static", "llama-stream", "--tokens=1 --dir=/var/tmp", 2)]
    public void A_share_is_of_the_nodes_memory_and_the_result_says_how_many_pages(
        string kind, string workload, string more, int parts)
    {
        string row = File.ReadLines("/sys/devices/system/node/node0/meminfo").First(line => line.Contains("MemTotal", StringComparison.Ordinal));
        long total = long.Parse(row.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) / 4;
        string[] arguments = ["--share=1", "--share-of=0", "--node=0", "--cpus=0", .. more.Split(' ')];
        (int status, string output, string error) = built.Run(kind, workload, arguments);
        Assert.Equal((0, ""), (status, error));
        Assert.Equal(total / 100 / parts, (long)JsonNode.Parse(output)!["metrics"]!["pages"]!);
    }

    [Theory]
    [InlineData("abench")]
    [InlineData("pmbench-like")]
    [InlineData("xsbench-like")]
    public void Threads_are_bound_to_the_listed_CPUs_one_after_the_other(string workload)
    {
        int last = Environment.ProcessorCount - 1;
        using Process process = built.Start("threads", workload, [.. Small(workload), $"--cpus=0,{last}", "--huge=advise", "--handshake"]);
        Assert.Equal("ready", process.StandardOutput.ReadLine());
        string[] allowed =
        [
            .. Directory.GetDirectories($"/proc/{process.Id}/task").Select(task => int.Parse(Path.GetFileName(task), CultureInfo.InvariantCulture)).Order()
                .Select(task => File.ReadLines($"/proc/{process.Id}/task/{task}/status").First(line => line.StartsWith("Cpus_allowed_list", StringComparison.Ordinal)))
                .Select(line => line.Split('\t')[1]),
        ];
        process.StandardInput.Write("go\n");
        process.StandardInput.Close();
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        int start = allowed.Length - 3;    // the main thread, and ThreadSanitizer's own
        Assert.Equal(["0", $"{last}", "0"], allowed[start..]);
    }

    [Fact]
    public void Advised_memory_begins_where_a_huge_page_fits()
    {
        using Process process = built.Start("static", "pmbench-like", "--pages=1024", "--huge=advise", "--handshake");
        Assert.Equal("ready", process.StandardOutput.ReadLine());
        string[] smaps = File.ReadAllLines($"/proc/{process.Id}/smaps");
        int advised = Array.FindIndex(smaps, line => line.StartsWith("VmFlags:", StringComparison.Ordinal) && line.Contains(" hg", StringComparison.Ordinal));
        string start = smaps[..advised].Last(line => line.Contains('-', StringComparison.Ordinal) && line.Contains(" rw-p ", StringComparison.Ordinal)).Split('-')[0];
        process.Kill();
        Assert.Equal(0, Convert.ToInt64(start, 16) % (2 << 20));
    }

    [Theory]
    [InlineData("llama-stream", "--dir=/does/not/exist", "making a file in /does/not/exist: errno 2")]
    [InlineData("pmbench-like", "--pages=4294967296", "4294967296 pages are wanted")]
    [InlineData("abench", "--node=1023", "node 1023 has no memory")]
    [InlineData("zap", "--node=1023", "node 1023 has no memory")]
    [InlineData("llama-stream", "--node=1023", "node 1023 has no memory")]
    [InlineData("zap", "--cpus=8191", "confining the process to CPUs 8191: errno 22")]
    [InlineData("zap", "--cpus=0,8191", "not all of the CPUs 0,8191 can be had")]
    [InlineData("xsbench-like", "--share=10000", "pages are wanted")]
    public void What_the_host_lacks_is_said_in_one_line(string workload, string argument, string expected)
    {
        (int status, string output, string error) = built.Run("static", workload, argument);
        Assert.Equal((3, ""), (status, output));
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.Equal(1, error.Count(c => c == '\n'));
    }
}
