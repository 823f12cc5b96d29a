using FsCheck;
using FsCheck.Fluent;
using Harness.Host.Programs;
using Harness.Records;

namespace Harness.Host.Tests;

/// <summary>Are the numbers of other people's programs found in what they really print, and nothing in what they do not?</summary>
public sealed class ProgramOutputTests
{
    private static readonly (OutputFormat Format, string File)[] All =
    [
        (OutputFormat.LlamaCpp, "llama-print-timings"), (OutputFormat.LlamaCpp, "llama-common-perf-print"),
        (OutputFormat.LlamaBench, "llama-bench"), (OutputFormat.PerfStat, "perf-stat-6.1"), (OutputFormat.PerfStat, "perf-stat-6.1-separated"),
        (OutputFormat.Pmbench, "pmbench"), (OutputFormat.StressNg, "stress-ng-0.15-metrics"), (OutputFormat.Xsbench, "xsbench"),
    ];

    [Theory]
    [InlineData("llama-print-timings", "load_ms", 907.71)]
    [InlineData("llama-print-timings", "sample_tokens", 512)]
    [InlineData("llama-print-timings", "prompt_tokens", 271)]
    [InlineData("llama-print-timings", "eval_ms", 115222.19)]
    [InlineData("llama-print-timings", "eval_tokens_per_second", 4.43)]
    [InlineData("llama-print-timings", "total_ms", 121963.55)]
    [InlineData("llama-print-timings-comma", "eval_ms", 3656.10)]
    [InlineData("llama-print-timings-comma", "eval_tokens_per_second", 9.85)]
    [InlineData("llama-perf-context-print", "sample_tokens_per_second", 15772.51)]
    [InlineData("llama-perf-context-print", "eval_tokens_per_second", 57.04)]
    [InlineData("llama-perf-context-print", "total_ms", 2343.64)]
    [InlineData("llama-common-perf-print", "sample_ms", 45.40)]
    [InlineData("llama-common-perf-print", "eval_tokens_per_second", 105.30)]
    public void Llama_cpp(string file, string metric, double expected) => AssertFound(OutputFormat.LlamaCpp, Read(file), metric, expected);

    [Fact]
    public void A_llama_cpp_without_time_for_its_tokens_gives_no_rate()
    {
        const string text = "llama_perf_context_print:        eval time =       0.00 ms /     1 runs   (    0.00 ms per token,      inf tokens per second)";
        AssertFound(OutputFormat.LlamaCpp, text, "eval_ms", 0);
        AssertNone(OutputFormat.LlamaCpp, text, "eval_tokens_per_second", "no time is stated");
        AssertNone(OutputFormat.LlamaCpp, "llama_print_timings: load time = -nan ms", "load_ms", "not a finite number");
    }

    [Theory]
    [InlineData("pp512_tokens_per_second", 194.49)]
    [InlineData("tg128_tokens_per_second", 38.81)]
    [InlineData("tg128_tokens_per_second_deviation", 0.40)]
    [InlineData("pp4096_tg128_tokens_per_second", 116.17)]
    public void Llama_bench(string metric, double expected) => AssertFound(OutputFormat.LlamaBench, Read("llama-bench"), metric, expected);

    [Theory]
    [InlineData("perf-stat-6.1", "page-faults", 76)]
    [InlineData("perf-stat-6.1", "task-clock", 1.06)]
    [InlineData("perf-stat-6.1", "seconds_elapsed", 0.202620240)]
    [InlineData("perf-stat-6.1", "seconds_user", 0.00218)]
    [InlineData("perf-stat-6.1-separated", "page-faults", 76)]
    [InlineData("perf-stat-6.1-separated", "tlb_tlb_flush", 13)]
    [InlineData("perf-stat-6.1-repeated", "page-faults", 75)]
    [InlineData("perf-stat-6.1-repeated", "seconds_elapsed", 0.1018884)]
    public void Perf_stat(string file, string metric, double expected) => AssertFound(OutputFormat.PerfStat, Read(file), metric, expected);

    [Theory]
    [InlineData("76,,page-faults,0.88%,1117288,100.00,67.736,K/sec", "page-faults", 76)]    // -x, of repeated runs
    [InlineData("1.12;msec;task-clock;1117288;100.00;0.011;CPUs utilized", "task-clock", 1.12)]
    [InlineData("     1,234,567      cycles:u          #    1.2 GHz   ( +-  0.01% )", "cycles_u", 1234567)]
    [InlineData("        1.060000      task-clock (msec)     #    0.005 CPUs utilized", "task-clock", 1.06)]
    public void Perf_stat_lines(string line, string metric, double expected) => AssertFound(OutputFormat.PerfStat, line, metric, expected);

    [Theory]
    [InlineData("   <not supported>      cycles", "cycles", "not supported")]
    [InlineData("<not counted>,,cycles,0,0.00,,", "cycles", "not counted")]
    [InlineData("     1,234,567      cycles      #    1.2 GHz     ( +-  0.01% )  (66.67%)", "cycles", "66.67 % of the time")]
    [InlineData("1234567,,cycles,905670,33.40,,", "cycles", "33.4 % of the time")]
    [InlineData("CPU0,9,,context-switches,101764273,100.00,,", "context-switches", "not in the output")]
    public void Perf_stat_of_what_was_not_counted_is_no_number(string line, string metric, string why) =>
        AssertNone(OutputFormat.PerfStat, line, metric, why);

    [Theory]
    [InlineData("pmbench", "threads", 2)]
    [InlineData("pmbench", "accesses", 30000000)]
    [InlineData("pmbench", "page_latency_us", 0.3)]
    [InlineData("pmbench", "page_latency_us_slowest", 0.5)]
    [InlineData("pmbench", "accesses_per_second", 6000000)]
    [InlineData("pmbench-one-thread", "accesses_per_second", 4000000)]
    public void Pmbench(string file, string metric, double expected) => AssertFound(OutputFormat.Pmbench, Read(file), metric, expected);

    [Theory]
    [InlineData("stress-ng-0.15-metrics", "vm_bogo_ops", 233565)]
    [InlineData("stress-ng-0.15-metrics", "mmap_bogo_ops_per_second", 13.92)]
    [InlineData("stress-ng-0.15-brief", "mmap_bogo_ops_per_cpu_second", 20.08)]
    [InlineData("stress-ng-info", "bogo_ops", 22429)]
    [InlineData("stress-ng-info", "system_seconds", 4.48)]
    [InlineData("stress-ng-0.17-brief", "bogo_ops_per_second", 130.58)]
    public void Stress_ng(string file, string metric, double expected) => AssertFound(OutputFormat.StressNg, Read(file), metric, expected);

    [Fact]
    public void Stress_ngs_own_doubts_count()
    {
        string text = Read("stress-ng-0.17-brief").Replace("untrustworthy: 0", "untrustworthy: 1", StringComparison.Ordinal);
        AssertNone(OutputFormat.StressNg, text, "bogo_ops", "untrustworthy");
        AssertNone(OutputFormat.StressNg, Read("stress-ng-0.15-brief"), "bogo_ops", "not in the output");    // which of the two?
    }

    [Theory]
    [InlineData("threads", 16)]
    [InlineData("runtime_seconds", 968.783)]
    [InlineData("lookups", 1_700_000_000)]
    [InlineData("lookups_per_second", 1_754_778)]
    public void Xsbench(string metric, double expected) => AssertFound(OutputFormat.Xsbench, Read("xsbench"), metric, expected);

    [Theory]
    [InlineData("^took ([0-9.]+) s$", "took 1 s\ntook 2.5 s\n", 2.5, "")]
    [InlineData("([0-9,]+) pages", "1,234 pages", 1234, "")]
    [InlineData("([a-z]+) pages", "nan pages", double.NaN, "not a finite number")]
    [InlineData("([a-z]+) pages", "no pages", double.NaN, "is no number")]
    [InlineData("(?:([0-9]+)|none) pages", "none pages", double.NaN, "is no number")]
    [InlineData("([0-9]+) pages", "", double.NaN, "does not match")]
    public void Patterns_take_the_last_match(string pattern, string text, double expected, string why)
    {
        ExternalProgram program = new() { Install = "", Patterns = new Dictionary<string, string> { ["m"] = pattern } };
        double? found = ProgramOutput.Find(program, text).Find("m", out string said);
        Assert.Equal(double.IsNaN(expected) ? null : expected, found);
        Assert.Contains(why, said, StringComparison.Ordinal);
    }

    [Fact]
    public void No_output_makes_a_parser_throw_or_find_what_is_not_finite()
    {
        Prop.ForAll<string>(text => All.All(known => IsSound(known.Format, text ?? ""))).QuickCheckThrowOnFailure();
        Prop.ForAll<int, ushort, char>((file, place, value) =>
        {
            (OutputFormat format, string name) = All[(int)((uint)file % All.Length)];
            char[] text = Read(name).ToCharArray();
            text[place % text.Length] = value;
            return IsSound(format, new string(text)) && IsSound(format, new string(text.AsSpan(0, place % text.Length)));
        }).QuickCheckThrowOnFailure();
        foreach ((OutputFormat format, _) in All)
        {
            Assert.True(IsSound(format, new string('9', 1_000_000)));
            Assert.True(IsSound(format, string.Concat(Enumerable.Repeat("| ", 500_000))));
            Assert.True(IsSound(format, "stressor bogo ops\n" + string.Concat(Enumerable.Repeat("x 1 1e400 nan ( % ", 50_000))));
            Assert.True(IsSound(format, string.Concat(Enumerable.Repeat("_print: eval time = ", 50_000))));
        }
    }

    private static bool IsSound(OutputFormat format, string text)
    {
        FoundMetrics found = ProgramOutput.Find(new ExternalProgram { Install = "", Output = format }, text);
        return found.Names.All(name => found.Find(name, out _) is { } value && double.IsFinite(value));
    }

    private static void AssertFound(OutputFormat format, string text, string metric, double expected)
    {
        double? found = ProgramOutput.Find(new ExternalProgram { Install = "", Output = format }, text).Find(metric, out string why);
        Assert.True(found is not null, why);
        Assert.Equal(expected, found.Value, Math.Max(Math.Abs(expected) * 0.002, 1e-9));    // rates are printed with two decimals
    }

    private static void AssertNone(OutputFormat format, string text, string metric, string why)
    {
        double? found = ProgramOutput.Find(new ExternalProgram { Install = "", Output = format }, text).Find(metric, out string said);
        Assert.Null(found);
        Assert.Contains(why, said, StringComparison.Ordinal);
    }

    private static string Read(string name) => File.ReadAllText(Path.Combine(Saved.Root("programs"), name + ".txt"));
}
