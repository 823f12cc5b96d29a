using System.Globalization;
using Harness.Analysis;

namespace Harness.Reports;

/// <summary>What kind of line a <see cref="CounterLine"/> is.</summary>
internal enum LineKind
{
    /// <summary>What was measured.</summary>
    Counter,

    /// <summary>A name alone, over its parts.</summary>
    Group,

    /// <summary>The model's prediction of the counter above, or its error.</summary>
    Model,
}

/// <summary>One line of the table, as text.</summary>
internal sealed record CounterLine(
    LineKind Kind,
    string Name,
    string Before = "",
    string BeforeSpread = "",
    string After = "",
    string AfterSpread = "",
    string Change = "",
    string Interval = "",
    string VerdictText = "",
    Verdict? Verdict = null,
    ComparisonRow? Row = null);

/// <summary>The lines of a session's table, the same for a console and a file.</summary>
internal static class CounterRows
{
    /// <summary>Stands behind the name of a counter whose value is shown and not trusted.</summary>
    public const string UntrustedMark = "!";

    /// <summary>The judged counters, each with the model's lines below it.</summary>
    public static IEnumerable<CounterLine> Judged(SessionReport report) =>
        Lines(report, report.Comparison.Rows.Where(row => row.Cpu is null));

    /// <summary>The parts per CPU: all of a counter's, or the busiest where there are more than <paramref name="limit"/>.</summary>
    public static IEnumerable<CounterLine> PerCpu(SessionReport report, int limit) => Lines(report, PartsOf(report)
        .SelectMany(counter => counter.OrderByDescending(Weight).Take(limit).OrderBy(row => row.Cpu)));

    /// <summary>Names of counters and how many of their CPUs <see cref="PerCpu"/> leaves out.</summary>
    public static IEnumerable<(string Counter, int CpusLeftOut)> LeftOut(SessionReport report, int limit) => PartsOf(report)
        .Where(counter => counter.Count() > limit)
        .Select(counter => (counter.Key, counter.Count() - limit));

    private static IEnumerable<IGrouping<string, ComparisonRow>> PartsOf(SessionReport report) =>
        report.Comparison.Rows.Where(row => row.Cpu is not null).GroupBy(row => Split(row.Counter).Group);

    private static double Weight(ComparisonRow row) => (row.Before.Median ?? 0) + (row.After.Median ?? 0);

    private static IEnumerable<CounterLine> Lines(SessionReport report, IEnumerable<ComparisonRow> rows)
    {
        string group = "";
        foreach (ComparisonRow row in rows)
        {
            (string over, string? part) = Split(row.Counter);
            if (part is not null && over != group) yield return new CounterLine(LineKind.Group, over);
            group = over;
            string indent = part is null ? "" : "  ";
            bool isCount = Units.IsCount(row.Unit);
            yield return new CounterLine(
                LineKind.Counter,
                indent + Plain.Named(part ?? row.Counter, row.Unit) + (report.IsUntrusted(row) ? " " + UntrustedMark : ""),
                Plain.Number(row.Before.Median, isCount),
                Spread(row.Before),
                Plain.Number(row.After.Median, isCount),
                Spread(row.After),
                Plain.Percent(row.Change),
                Plain.Interval(row.Low, row.High),
                row.MoreRuns is int more && row.Verdict == Verdict.Undecided
                    ? string.Create(CultureInfo.InvariantCulture, $"undecided +{more:N0}") : Words.Of(row.Verdict),
                row.Verdict,
                row);
            foreach (CounterLine line in Model(report, row, indent + "  ")) yield return line;
        }
    }

    private static IEnumerable<CounterLine> Model(SessionReport report, ComparisonRow row, string indent)
    {
        // what the model does not predict has no lines; a note says so
        ComparisonRow? model = report.Modelled?.Rows.FirstOrDefault(other => other.Counter == row.Counter);
        if (model is null || model.Before.N + model.After.N == 0) yield break;
        bool isCount = Units.IsCount(row.Unit);
        string before = Plain.Number(model.Before.Median, isCount);
        string after = Plain.Number(model.After.Median, isCount);
        yield return new CounterLine(LineKind.Model, indent + "model", before, "", after, "", Plain.Percent(model.Change));
        yield return new CounterLine(
            LineKind.Model, indent + "error",
            Error(report, report.Comparison.Before.Name, row), "", Error(report, report.Comparison.After.Name, row));
    }

    private static string Error(SessionReport report, string arm, ComparisonRow row) =>
        Plain.Percent(report.Validation?.Find(arm, row.Counter)?.Error);

    // trace.tlb:tlb_flush/remote_ipi_send stands as /remote_ipi_send below trace.tlb:tlb_flush
    private static (string Group, string? Part) Split(string name) =>
        name.IndexOf('/', StringComparison.Ordinal) is > 0 and int slash ? (name[..slash], name[slash..]) : (name, null);

    private static string Spread(Summary summary)
    {
        if (summary is not { Median: double median, Low: double low, High: double high }) return "";
        if (summary.N == 1) return "n=1";
        if (median == 0) return low == high ? "±0%" : $"[{Plain.Number(low)}, {Plain.Number(high)}]";
        double share = Math.Max(high - median, median - low) / Math.Abs(median);
        if (share is > 0 and < 0.0005) return "±<0.1%";
        return "±" + (share * 100).ToString(share is > 0 and < 0.0995 ? "0.0" : "N0", CultureInfo.InvariantCulture) + "%";
    }
}
