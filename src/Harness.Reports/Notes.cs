using System.Globalization;
using Harness.Analysis;
using Harness.Records;

namespace Harness.Reports;

/// <summary>What stands below the table: what its words mean, how good the model is, and what went wrong.</summary>
internal static class Notes
{
    /// <summary>The meaning of the columns.</summary>
    public static string Legend(SessionReport report)
    {
        Comparison comparison = report.Comparison;
        JudgingRules rules = comparison.Rules;
        bool few = comparison.Rows.Any(row => row.Before is { N: > 1, IsRangeOnly: true } || row.After is { N: > 1, IsRangeOnly: true });
        bool parts = comparison.Rows.Any(row => row.Cpu is not null);
        string cover = Plain.Share(1 - rules.Alpha);
        List<string> sentences =
        [
            "before, after: median of the runs, ± the farther end of its 95% interval" + (few ? $" (below {Summary.EnoughForInterval} runs: of their range)." : "."),
            $"change: by pairs, with its {cover} interval.",
            string.Create(CultureInfo.InvariantCulture, $"verdict: {Plain.Share(rules.Alpha)} chance of one false alarm among the {comparison.JudgedTogether} judged counters together (Holm)")
                + (parts ? ", in each row per CPU on its own." : "."),
            $"no change: within ±{Plain.Share(rules.SmallestEffect)} and not shown to differ from 0, or within ±{Plain.Share(rules.Negligible)}.",
        ];
        if (comparison.Rows.Any(row => row.MoreRuns is not null)) sentences.Add("undecided +k: about k more pairs would settle it.");
        if (report.Validation is not null) sentences.Add("model: its prediction. error = (modelled - measured) / measured, of the medians.");
        return string.Join(' ', sentences);
    }

    /// <summary>The model's weighted error; null without a model.</summary>
    public static string? ModelError(SessionReport report)
    {
        if (report.Validation is not { Wmape: { } wmape } validation) return null;
        string all = wmape.All is double share ? Plain.Share(share) : "not defined (nothing was measured)";
        string held = wmape.HeldOut == wmape.All ? validation.Note
            : "held out: " + (wmape.HeldOut is double rest ? Plain.Share(rest) : "not defined");
        return string.Create(CultureInfo.InvariantCulture, $"model error (WMAPE) over {wmape.Rows} count rows of both arms: {all}; {held}.");
    }

    /// <summary>One line for each counter whose verdict or error needs a word, and for each run that gave no result.</summary>
    public static IEnumerable<string> Of(SessionReport report)
    {
        foreach (IGrouping<string, ComparisonRow> rows in report.Comparison.Rows.Where(row => row is { Cpu: null, Why: not null }).GroupBy(row => row.Why!))
        {
            yield return $"{string.Join(", ", rows.Select(row => row.Counter))}: {rows.Key}";
        }
        foreach (string line in ModelGaps(report)) yield return line;
        foreach (RunRecord run in report.Records.Where(run => run.State != RunState.Done)) yield return Run(run);
    }

    private static IEnumerable<string> ModelGaps(SessionReport report) =>
        (report.Validation?.Rows ?? []).Where(row => row is { Cpu: null, Why: not null, Measured.N: > 0 })
            .GroupBy(row => row.Why!)
            .Select(rows => $"no error for {string.Join(", ", rows.Select(row => $"{row.Counter} ({row.Arm})"))}: {rows.Key}");

    private static string Run(RunRecord run)
    {
        string kind = run.Failure is FailureKind failure ? $" ({Plain.Word(failure)})" : "";
        string why = run.Why is null ? "" : ": " + run.Why;
        string log = run.Log is null ? "" : "; log: " + run.Log;
        return string.Create(
            CultureInfo.InvariantCulture, $"run {run.Request.Sequence} ({run.Request.Arm}, pair {run.Request.Pair}, {run.Target}) {Plain.Word(run.State)}{kind}{why}{log}");
    }
}
