using System.Globalization;
using Harness.Analysis;
using Harness.Records;

namespace Harness.Reports;

/// <summary>What stands below the table: what its words mean, how good the model is, and what went wrong.</summary>
internal static class Notes
{
    /// <summary>The meaning of the columns and how good the model is: label and text, one a line.</summary>
    public static IEnumerable<(string Label, string Text)> Legend(SessionReport report)
    {
        Comparison comparison = report.Comparison;
        JudgingRules rules = comparison.Rules;
        bool few = comparison.Rows.Any(row => row.Before is { N: > 1, IsRangeOnly: true } || row.After is { N: > 1, IsRangeOnly: true });
        bool parts = comparison.Rows.Any(row => row.Cpu is not null);
        yield return ("±", "from the median to the farther end of its 95% interval"
            + (few ? $" (below {Summary.EnoughForInterval} runs: of their range)" : ""));
        yield return ("change", $"after against before, {(comparison.Paired ? "pair by pair" : "by the means of unpaired runs")}; [ ] its "
            + Plain.Share(1 - rules.Alpha) + " interval" + (comparison.Paired ? "" : " with drift allowed for"));
        yield return ("verdict",
            Text($"at most {Plain.Share(rules.Alpha)} chance of a false alarm in {Counters(comparison.JudgedTogether)} together (Holm)")
            + (parts ? "; per CPU, in each row" : ""));
        yield return ("",
            $"no change: within ±{Plain.Share(rules.SmallestEffect)} and perhaps 0, or surely within ±{Plain.Share(rules.Negligible)}");
        if (comparison.Rows.Any(row => row.MoreRuns is not null)) yield return ("", "undecided +k: about k more pairs would settle it");
        if (comparison.Rows.Any(report.IsUntrusted))
            yield return (CounterRows.UntrustedMark, "not trusted, so shown and not judged: the notes say what speaks against it");
        if (ProbeRows.InShort(report) is { } probes) yield return ("probes", probes);
        foreach ((string, string) line in OfModel(report)) yield return line;
    }

    /// <summary>How good the model is; nothing when it cannot be told.</summary>
    public static IEnumerable<(string Label, string Text)> OfModel(SessionReport report)
    {
        if (report.Validation is not { Wmape: { } wmape } validation) yield break;
        yield return ("error", "(model - measured) / measured, of the medians");
        yield return ("WMAPE", Text($"{Share(wmape.All)} over {wmape.Rows} count rows of both arms; ")
            + (wmape.HeldOut == wmape.All ? validation.Note : "held out: " + Share(wmape.HeldOut)));
    }

    /// <summary>One line for each counter whose verdict or error needs a word, and for each run that gave no result.</summary>
    public static IEnumerable<string> Of(SessionReport report)
    {
        string? lacking = report.LacksModel
            ? $"the model has no program for {report.Records[0].Request.Workload}: nothing is predicted beside it" : null;
        return [.. OfRows(report), .. ModelGaps(report), .. lacking is null ? Array.Empty<string>() : [lacking], .. OfRuns(report.Records)];
    }

    /// <summary>The same of the two arms alone, and without what concerns the model.</summary>
    public static IEnumerable<string> OfTwoArms(SessionReport report) =>
        [.. OfRows(report), .. OfRuns([.. report.Shown.Where(report.IsOfTwoArms)])];

    private static IEnumerable<string> OfRows(SessionReport report)
    {
        foreach (IGrouping<string, ComparisonRow> rows in
            report.Comparison.Rows.Where(row => row is { Cpu: null, Why: not null }).GroupBy(row => row.Why!))
        {
            yield return $"{string.Join(", ", rows.Select(row => row.Counter))}: {rows.Key}";
        }
        if (Seen(report.Comparison) is string seen) yield return seen;
    }

    private static IEnumerable<string> OfRuns(IReadOnlyList<RunRecord> runs)
    {
        foreach (RunRecord run in runs.Where(run => run.State != RunState.Done)) yield return Run(run);
        foreach (RunRecord run in runs)
        {
            foreach (string note in run.OwnCost?.Notes ?? []) yield return $"{Name(run)}: {note}";
        }
        foreach (RunRecord run in runs.Where(run => run.KernelMessages.Count > 0)) yield return Kernel(run);
    }

    private static string Kernel(RunRecord run)
    {
        string more = run.KernelMessages.Count > 1 ? Text($" (and {run.KernelMessages.Count - 1:N0} more lines, in the report)") : "";
        return Text($"during run {run.Request.Sequence} ({run.Request.Arm}, pair {run.Request.Pair}) the kernel logged: ")
            + run.KernelMessages[0] + more;
    }

    // a row without a change found is worth as much as what it could have found
    private static string? Seen(Comparison comparison)
    {
        string[] rows =
        [
            .. comparison.Rows.Where(row => row is { Cpu: null, SmallestEffect: not null, Verdict: Verdict.NoChange or Verdict.Undecided })
                .Select(row => $"{row.Counter} {Plain.Size(row.SmallestEffect)}"),
        ];
        string runs = !comparison.Paired ? "such runs" : comparison.Pairs == 1 ? "1 pair" : Plain.Whole(comparison.Pairs) + " pairs";
        return rows.Length == 0 ? null
            : $"smallest change that {runs} would have found in {Plain.Share(comparison.Rules.Power)} of sessions: "
                + $"{string.Join(", ", rows)}";
    }

    private static IEnumerable<string> ModelGaps(SessionReport report) =>
        (report.Validation?.Rows ?? []).Where(row => row is { Cpu: null, Why: not null, Measured.N: > 0 })
            .GroupBy(row => row.Why!)
            .Select(rows => $"no error for {string.Join(", ", rows.Select(row => $"{row.Counter} ({row.Arm})"))}: {rows.Key}");

    private static string Counters(int count) => count == 1 ? "the one counter judged" : Text($"all {count} counters judged");

    private static string Share(double? share) => share is double some ? Plain.Share(some) : "not defined (nothing counted)";

    private static string Run(RunRecord run)
    {
        string kind = run.Failure is FailureKind failure ? $" ({Plain.Word(failure)})" : "";
        string why = run.State == RunState.Invalid ? ": " + ArmProof.ClauseOf(run) : run.Why is null ? "" : ": " + run.Why;
        string log = run.Log is null ? "" : "; log: " + run.Log;
        return Name(run) + Text($" {Plain.Word(run.State)}{kind}{why}{log}");
    }

    private static string Name(RunRecord run) =>
        Text($"run {run.Request.Sequence} ({run.Request.Arm}, pair {run.Request.Pair}, {run.Target})");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
