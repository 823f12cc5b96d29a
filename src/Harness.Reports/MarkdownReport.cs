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
        writer.Write(Markdown.Row("", "before", "after"));
        writer.Write(Markdown.Rule("lll"));
        foreach ((string label, string before, string after) in EnvironmentRows.Of(report))
            writer.Write(Markdown.Row(label, before, after));
        (string Name, string Value)[] shared = [.. EnvironmentRows.Shared(report)];
        if (shared.Length == 0) return;
        writer.Write("\n<details><summary>What both sides share</summary>\n\n");
        foreach ((string name, string value) in shared) writer.Write($"- {Markdown.Text(name)}: {Markdown.Text(value)}\n");
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
        writer.Write(Markdown.Row(RunRows.Columns));
        writer.Write(Markdown.Rule(RunRows.Alignment));
        foreach (RunRecord run in report.Records) writer.Write(Markdown.Row(RunRows.Cells(run)));
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
}
