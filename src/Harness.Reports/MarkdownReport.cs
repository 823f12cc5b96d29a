using System.Globalization;
using Harness.Analysis;
using Harness.Records;

namespace Harness.Reports;

/// <summary>A session as a Markdown file: everything the console shows, and what it takes to judge and to repeat it.</summary>
public static class MarkdownReport
{
    /// <summary>Writes the report.</summary>
    /// <exception cref="IOException">The writer cannot take it (a full disk).</exception>
    public static void Write(TextWriter writer, SessionReport report)
    {
        writer.Write($"# {Markdown.Text(report.Title)}\n\n");
        WriteLabelled(writer, Heading.Of(report));
        if (report.Comparison.Proofs.Count > 0)
        {
            writer.Write("\n## Proof of mode\n\n");
            WriteLabelled(writer, ProofLines.Of(report));
        }

        if (report.NoiseFloor is { } floor) NoiseFloorReport.Write(writer, floor);
        writer.Write("\n## Counters\n\n");
        WriteCounters(writer, CounterRows.Judged(report));
        CounterLine[] parts = [.. CounterRows.PerCpu(report, int.MaxValue)];
        if (parts.Length > 0)
        {
            writer.Write("\n### Per CPU\n\n");
            WriteCounters(writer, parts);
        }
        writer.Write('\n');
        WriteLabelled(writer, Notes.Legend(report));
        WriteLabelled(writer, OwnCosts.Of(report));

        string[] notes = [.. Notes.Of(report)];
        if (notes.Length > 0) writer.Write("\n## Notes and failures\n\n");
        foreach (string note in notes) writer.Write($"- {Markdown.Text(note)}\n");

        WriteProbes(writer, report);
        writer.Write("\n## Environment\n\n");
        WriteEnvironment(writer, report);
        writer.Write("\n## Runs\n\n");
        WriteRuns(writer, report);
        WriteKernelMessages(writer, report);
        writer.Write($"\n## How to repeat it\n\n{Markdown.Code(report.Command)}");
        WriteParameters(writer, report);
    }

    private static void WriteLabelled(TextWriter writer, IEnumerable<(string Label, string Text)> lines)
    {
        string last = "";
        foreach ((string label, string text) in lines)
        {
            // a line without a label continues the one above
            if (label.Length > 0) last = label;
            writer.Write($"- **{Markdown.Text(last)}** {Markdown.Text(text)}\n");
        }
    }

    private static void WriteCounters(TextWriter writer, IEnumerable<CounterLine> lines)
    {
        writer.Write(Markdown.Row("counter", "before", "±", "after", "±", "change", "95% interval", "verdict"));
        writer.Write(Markdown.Rule("lrlrlrll"));
        string group = "";
        foreach (CounterLine line in lines)
        {
            // Markdown has no indentation inside a cell: a part carries its whole name instead of a group's line
            bool part = line.Name.StartsWith("  /", StringComparison.Ordinal);
            if (line.Kind == LineKind.Group || (line.Kind == LineKind.Counter && !part)) group = line.Name;
            if (line.Kind == LineKind.Group) continue;
            string name = part ? group + line.Name.Trim() : line.Name.Trim();
            writer.Write(Markdown.Row(
                name, line.Before, line.BeforeSpread, line.After, line.AfterSpread, line.Change, line.Interval, line.VerdictText));
        }
    }

    private static void WriteProbes(TextWriter writer, SessionReport report)
    {
        ProbeRow[] rows = [.. ProbeRows.Of(report)];
        if (rows.Length == 0) return;
        writer.Write("\n## Counter trust\n\n");
        writer.Write("Work of known cost done before the first run of a boot, and what a run's counters say of each other.\n\n");
        writer.Write(Markdown.Row("arm", "counter", "held against", "expected", "seen", "verdict"));
        writer.Write(Markdown.Rule("lllrrl"));
        foreach (ProbeRow row in rows) writer.Write(Markdown.Row(row.Arm, row.Counter, row.Work, row.Expected, row.Seen, row.Verdict));
    }

    private static void WriteEnvironment(TextWriter writer, SessionReport report)
    {
        Side before = new(report, report.Comparison.Before);
        Side after = new(report, report.Comparison.After);
        writer.Write(Markdown.Row("", "before", "after"));
        writer.Write(Markdown.Rule("lll"));
        void Line(string label, Func<Side, string?> of) => writer.Write(Markdown.Row(label, of(before) ?? "-", of(after) ?? "-"));
        Line("arm", side => side.Facts.Name);
        Line("target", side => side.Facts.Target);
        Line("runs done, failed, invalid", side => Text($"{side.Facts.Done}, {side.Facts.Failed}, {side.Facts.Invalid}"));
        Line("kernel", side => side.Host?.KernelRelease);
        Line("command line", side => side.Host?.CommandLine);
        Line("processor", side => side.Host?.CpuModel);
        Line("microcode", side => side.Host?.Microcode);
        Line("hypervisor", side => side.Host?.Hypervisor);
        Line("CPUs and nodes", side => side.Host is null ? null : Heading.Machine(side.Host));
        Line("memory tiers", side => Tiers(side.Host));
        Line("distances", side => Distances(side.Host));
        Line("knobs in force", side => Knobs(side.Runs));
        Line("own cost of one run (median)", side => OwnCosts.Median(side.Runs));
        foreach (EnvironmentDifference difference in report.Comparison.Environment)
        {
            writer.Write(Markdown.Row("differs: " + difference.Name, difference.Before ?? "-", difference.After ?? "-"));
        }
        RunRecord? example = before.Runs.Concat(after.Runs).FirstOrDefault(run => run.Environment.Count > 0);
        if (example is null) return;
        writer.Write("\n<details><summary>What both sides share</summary>\n\n");
        HashSet<string> differs = [.. report.Comparison.Environment.Select(difference => difference.Name)];
        foreach ((string name, string value) in example.Environment.Where(pair => !differs.Contains(pair.Key)))
        {
            writer.Write($"- {Markdown.Text(name)}: {Markdown.Text(value)}\n");
        }
        writer.Write("\n</details>\n");
    }

    private static void WriteKernelMessages(TextWriter writer, SessionReport report)
    {
        RunRecord[] talkative = [.. report.Records.Where(run => run.KernelMessages.Count > 0)];
        if (talkative.Length > 0) writer.Write("\n### What the kernel logged\n");
        foreach (RunRecord run in talkative)
        {
            writer.Write($"\nRun {Plain.Whole(run.Request.Sequence)}, {Markdown.Text(run.Request.Arm)}\n\n");
            foreach (string line in run.KernelMessages) writer.Write($"- {Markdown.Text(line)}\n");
        }
    }

    private static void WriteRuns(TextWriter writer, SessionReport report)
    {
        writer.Write(Markdown.Row("run", "arm", "pair", "target", "origin", "state", "started", "window (s)", "checksum"));
        writer.Write(Markdown.Rule("rlrlllrrl"));
        foreach (RunRecord run in report.Records)
        {
            writer.Write(Markdown.Row(
                Plain.Whole(run.Request.Sequence),
                run.Request.Arm,
                Plain.Whole(run.Request.Pair),
                run.Target,
                Words.Of(run.Origin),
                Plain.Word(run.State) + (run.Failure is FailureKind failure ? $" ({Plain.Word(failure)})" : ""),
                run.Started.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture),
                Plain.Number(double.IsFinite(run.WindowSeconds) ? run.WindowSeconds : null),
                run.Checksum ?? "-"));
        }
    }

    private static void WriteParameters(TextWriter writer, SessionReport report)
    {
        RunRequest request = report.Records[0].Request;
        if (request.Parameters.Count == 0) return;
        writer.Write($"\nWorkload {Markdown.Text(request.Workload)} with\n\n");
        foreach ((string name, string value) in request.Parameters.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            writer.Write($"- {Markdown.Text(name)} = {Markdown.Text(value)}\n");
        }
    }

    private static string? Tiers(HostDescription? host)
    {
        if (host is null) return null;
        IEnumerable<string> tiers = host.Nodes.Where(node => node.Tier is not null)
            .GroupBy(node => node.Tier)
            .OrderBy(tier => tier.Key)
            .Select(tier => Text($"{tier.Key}: node {string.Join(", ", tier.Select(node => node.Id))}"));
        return string.Join("; ", tiers) is { Length: > 0 } text ? text : "none in this kernel";
    }

    private static string? Distances(HostDescription? host) => host is null ? null
        : string.Join("; ", host.Nodes.Where(node => node.Distances.Count > 0)
            .Select(node => Text($"node {node.Id}: {string.Join(' ', node.Distances)}")));

    private static string? Knobs(IReadOnlyList<RunRecord> runs) =>
        string.Join("; ", runs.SelectMany(run => run.KnobsInForce).Distinct().Select(knob => $"{knob.Knob} = {knob.Value}"))
            is { Length: > 0 } text ? text : null;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private sealed class Side(SessionReport report, ArmFacts facts)
    {
        public ArmFacts Facts { get; } = facts;

        public HostDescription? Host { get; } = report.HostOf(facts.Name);

        public IReadOnlyList<RunRecord> Runs { get; } =
            [.. report.Shown.Where(run => run.Request.Arm == facts.Name && run.State == RunState.Done)];
    }
}
