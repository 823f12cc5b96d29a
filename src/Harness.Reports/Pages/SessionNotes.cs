using Harness.Records;

namespace Harness.Reports;

/// <summary>The parts of a session's page that say how far it can be trusted: notes, proof of mode, the counters' probes.</summary>
internal static class SessionNotes
{
    /// <summary>What needs a word, and what went wrong; null when nothing did.</summary>
    public static PageSection? Of(SessionReport report)
    {
        string[] notes = [.. Notes.Of(report)];
        return notes.Length == 0 ? null : new PageSection("notes", "Notes and failures", page => page.List(notes)) { Folds = true };
    }

    /// <summary>Whether the settings provably acted; null when nothing was set and nothing is in force.</summary>
    public static PageSection? Modes(SessionReport report)
    {
        Dictionary<string, string> before = Knobs(report, report.Comparison.Before.Name);
        Dictionary<string, string> after = Knobs(report, report.Comparison.After.Name);
        string[] names = [.. before.Keys.Union(after.Keys)];
        if (names.Length == 0 && report.Comparison.Proofs.Count == 0) return null;
        return new PageSection("modes", "Knobs and proof of mode", page =>
        {
            page.Labelled(ProofLines.Of(report));
            if (names.Length == 0) return;
            page.Table("Knobs in force", "l", ["knob", "before", "after"], names.Select(name =>
                (string[])[name, before.GetValueOrDefault(name, "-"), after.GetValueOrDefault(name, "-")]));
        })
        { Folds = true };
    }

    /// <summary>What the probes say of the counters, and what the harness itself cost; null when neither is known.</summary>
    public static PageSection? Trust(SessionReport report)
    {
        ProbeRow[] rows = [.. ProbeRows.Of(report)];
        (string Label, string Text)[] costs = [.. OwnCosts.Of(report)];
        if (rows.Length == 0 && costs.Length == 0) return null;
        return new PageSection("trust", "Trust of the counters", page =>
        {
            if (ProbeRows.InShort(report) is { } probes) page.Paragraph($"{probes}.");
            if (rows.Length > 0)
            {
                page.Details("Every probe", () =>
                {
                    page.Paragraph("Work of known cost done before the first run of a boot, and what a run's counters say of each other.",
                        "soft");
                    page.Table("Probes", "lllrrl", ["counter", "arm", "held against", "expected", "seen", "verdict"],
                        rows.Select(row => (string[])[row.Counter, row.Arm, row.Work, row.Expected, row.Seen, row.Verdict]));
                });
            }
            if (costs.Length > 0) page.Labelled(costs);
        })
        { Folds = true };
    }

    // several values when a knob changed between runs
    private static Dictionary<string, string> Knobs(SessionReport report, string arm) => report.Shown
        .Where(run => run.Request.Arm == arm && run.State == RunState.Done)
        .SelectMany(run => run.KnobsInForce)
        .GroupBy(knob => knob.Knob)
        .ToDictionary(same => same.Key, same => string.Join(" then ", same.Select(knob => knob.Value).Distinct()));
}
