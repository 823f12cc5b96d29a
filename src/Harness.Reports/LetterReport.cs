using Harness.Analysis;
using Harness.Records;

namespace Harness.Reports;

/// <summary>
/// A session as the text of a patch letter: 72 columns, and what mm letters carry: machine, config, kernels, test set, BEFORE and AFTER as
/// /proc and perf print them, a summary with intervals, what to be careful about, how to repeat it.
/// </summary>
public static class LetterReport
{
    /// <summary>Writes the letter.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="report">The session. An invalid comparison gives a letter that says so, without any result.</param>
    /// <param name="withModel">True to add a paragraph with what the model predicts.</param>
    /// <exception cref="IOException">The writer cannot take it.</exception>
    public static void Write(TextWriter writer, SessionReport report, bool withModel = false)
    {
        LetterText text = new(writer);
        text.Line(report.Title);
        if (report.Source is { } source) text.Fact("Source", source);
        foreach (string warning in LetterFacts.Warnings(report).Concat(Invalid(report)))
        {
            text.Blank();
            text.Line(warning);
        }
        text.Blank();
        foreach ((string label, string fact) in LetterFacts.Of(report)) text.Fact(label, fact);
        foreach ((string label, string command) in LetterFacts.TestSet(report))
        {
            text.Blank();
            text.Line(label);
            text.Blank();
            text.Command(command);
        }
        text.Blank();
        text.Line(LetterFacts.Runs(report));

        if (!report.Comparison.IsInvalid)
        {
            LetterResults.Write(text, report);
            LetterSummary.Write(text, report);
            if (withModel) LetterSummary.WriteModel(text, report);
        }
        LetterSummary.WriteCautions(text, report);
        WriteRepeat(text, report);
    }

    private static IEnumerable<string> Invalid(SessionReport report)
    {
        if (!report.Comparison.IsInvalid) yield break;
        RunRecord run = report.Shown.First(run => run.State == RunState.Invalid && report.IsOfTwoArms(run));
        yield return $"INVALID, NOT A RESULT: a setting or the workload did not act ({ArmProof.ClauseOf(run)}), "
            + "so that nothing was compared.";
    }

    private static void WriteRepeat(LetterText text, SessionReport report)
    {
        text.Blank();
        text.Line("To repeat it:");
        text.Blank();
        text.Command(report.Command);
        text.Blank();
        RunRecord[] runs = [.. report.Shown.Where(report.IsOfTwoArms)];
        string sessions = string.Join(" and ", runs.Select(run => run.Request.Session).Distinct());
        string? version = runs.Select(run => run.Environment.GetValueOrDefault("harness.version")).FirstOrDefault(one => one is not null);
        text.Line($"Made with Harness{Short(version)}, session {sessions}.", hang: "   ");
    }

    // of a commit as much as git itself prints
    private static string Short(string? version)
    {
        if (version is null) return "";
        int plus = version.IndexOf('+', StringComparison.Ordinal);
        return " " + (plus >= 0 && version.Length > plus + 13 ? version[..(plus + 13)] : version);
    }
}
