using System.Globalization;
using Harness.Analysis;
using Harness.Records;

namespace Harness.Reports;

/// <summary>A letter's results: BEFORE and AFTER blocks of each kind of counter, in the manner of the tools that count them.</summary>
internal static class LetterResults
{
    /// <summary>More runs than this are not listed one by one. Assumed: LUF's letter lists thirty.</summary>
    private const int MostListed = 30;

    /// <summary>Digits of a column of /proc/interrupts, as the kernel prints it.</summary>
    private const int KernelWidth = 10;

    private static readonly Part[] Parts =
    [
        new("What the workload says of itself, each run", name => Is(name, "workload."), Each),
        new("Interrupts from 'cat /proc/interrupts', over the run's window", name => Is(name, "interrupts."), Interrupts),
        new("Events in the manner of 'perf stat'", IsPerf, Median),
        new("Other counters, by the kernel's names, over the run's window", _ => true, Median),
    ];

    /// <summary>Writes the blocks of all counters that are shown.</summary>
    public static void Write(LetterText text, SessionReport report)
    {
        List<ComparisonRow> left = [.. report.Comparison.Rows.Where(row => row.Cpu is null)];
        int number = 0;
        foreach (Part part in Parts)
        {
            ComparisonRow[] rows = [.. left.Where(row => part.Takes(row.Counter))];
            left.RemoveAll(row => part.Takes(row.Counter));
            if (rows.Length == 0) continue;
            text.Blank();
            text.Line(string.Create(CultureInfo.InvariantCulture, $"{++number}. {part.Title}:"), hang: "   ");
            Write(text, part, "BEFORE", rows, report.DoneRuns(report.Comparison.Before.Name), row => row.Before);
            Write(text, part, "AFTER", rows, report.DoneRuns(report.Comparison.After.Name), row => row.After);
        }
    }

    private static void Write(
        LetterText text, Part part, string side, ComparisonRow[] rows, IReadOnlyList<RunRecord> runs, Func<ComparisonRow, Summary> of)
    {
        text.Blank();
        text.Ruled(side);
        if (part.Write == Median && runs.Count > 1)
            text.Line(string.Create(CultureInfo.InvariantCulture, $"(medians of {runs.Count} runs)"));
        foreach (ComparisonRow row in rows) part.Write(text, row, of(row), runs);
    }

    /// <summary>The values of all runs in their order; of very many the median and the range.</summary>
    private static void Each(LetterText text, ComparisonRow row, Summary summary, IReadOnlyList<RunRecord> runs)
    {
        string unit = row.Unit.Length > 0 ? $" ({row.Unit})" : "";
        Values(text, Short(row.Counter) + unit + ":", row, summary, runs);
    }

    private static void Values(LetterText text, string lead, ComparisonRow row, Summary summary, IReadOnlyList<RunRecord> runs)
    {
        string[] values =
        [
            .. LetterText.Numbers([.. runs.Select(run => run.Find(row.Counter)?.Value)], row.Unit)
                .Zip(runs, (number, run) => Uncounted(run.Find(row.Counter)) ?? number),
        ];
        if (values.Length == 0) text.Line(lead + " no run has a result", hang: "   ");
        else if (values.Length > MostListed)
        {
            string median = LetterText.Number(summary.Median, row.Unit);
            text.Line($"{lead} median {median}, {Range(row, runs)} in {Plain.Whole(values.Length)} runs", hang: "   ");
        }
        else text.Columns(lead, values);
    }

    /// <summary>The totals of all runs, and the row of the run with the median total as the kernel prints it.</summary>
    private static void Interrupts(LetterText text, ComparisonRow row, Summary summary, IReadOnlyList<RunRecord> runs)
    {
        string name = Short(row.Counter);
        Values(text, name + " of each run:", row, summary, runs);
        RunRecord[] whole =
        [
            .. runs.Where(run => run.Find(row.Counter) is { Value: not null, PerCpu.Count: > 0 })
                .OrderBy(run => run.Find(row.Counter)!.Value),
        ];
        if (whole.Length == 0) return;
        RunRecord shown = whole[(whole.Length - 1) / 2];
        Counter counter = shown.Find(row.Counter)!;
        string cpus = shown.Host is { } host && host.Cpus.Count == counter.PerCpu!.Count ? $", CPUs {Ranges(host.Cpus)}" : "";
        text.Line(string.Create(CultureInfo.InvariantCulture, $"of the run with the median sum{cpus}:"));
        IEnumerable<string> values = LetterText.Numbers([.. counter.PerCpu!.Select(value => (double?)value)], row.Unit);
        text.Columns(name + ":", [.. values.Select(value => value.PadLeft(KernelWidth))], counter.Note ?? "");
    }

    /// <summary>A value and its name behind it.</summary>
    private static void Median(LetterText text, ComparisonRow row, Summary summary, IReadOnlyList<RunRecord> runs)
    {
        string value = summary.Median is { } median ? LetterText.Number(median, row.Unit)
            : runs.Select(run => Uncounted(run.Find(row.Counter))).FirstOrDefault(why => why is not null) ?? "<not counted>";
        string name = IsPerf(row.Counter) ? row.Counter[(row.Counter.IndexOf('.', StringComparison.Ordinal) + 1)..] : row.Counter;
        text.Line(Plain.Named(Plain.Line(name), row.Unit), value.PadLeft(18) + "  ", new string(' ', 20));
    }

    private static string? Uncounted(Counter? counter) => counter switch
    {
        null => "<not counted>",
        { Trust: CounterTrust.Unsupported } => "<not supported>",
        { Trust: CounterTrust.Untrusted } => "<not trusted>",
        { Value: null } => "<not counted>",
        _ => null,
    };

    private static string Range(ComparisonRow row, IReadOnlyList<RunRecord> runs)
    {
        double[] values = [.. runs.Select(run => run.Find(row.Counter)?.Value).OfType<double>()];
        return values.Length == 0 ? "-" : $"{LetterText.Number(values.Min(), row.Unit)} to {LetterText.Number(values.Max(), row.Unit)}";
    }

    private static string Ranges(IReadOnlyList<int> cpus)
    {
        List<string> ranges = [];
        for (int i = 0; i < cpus.Count; i++)
        {
            int first = cpus[i];
            while (i + 1 < cpus.Count && cpus[i + 1] == cpus[i] + 1) i++;
            ranges.Add(first == cpus[i] ? Plain.Number(first) : string.Create(CultureInfo.InvariantCulture, $"{first}-{cpus[i]}"));
        }
        return string.Join(',', ranges);
    }

    private static bool IsPerf(string name) => Is(name, "perf.") || Is(name, "trace.");

    private static bool Is(string name, string source) => name.StartsWith(source, StringComparison.Ordinal);

    private static string Short(string name) => name[(name.IndexOf('.', StringComparison.Ordinal) + 1)..];

    /// <summary>One numbered part.</summary>
    /// <param name="Title">What stands above it.</param>
    /// <param name="Takes">Which counters it takes, of those that no part before it took.</param>
    /// <param name="Write">Writes one counter of one side.</param>
    private sealed record Part(
        string Title, Func<string, bool> Takes, Action<LetterText, ComparisonRow, Summary, IReadOnlyList<RunRecord>> Write);
}
