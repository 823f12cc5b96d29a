using Harness.Analysis;

namespace Harness.Reports;

/// <summary>The marks that stand beside the words of verdicts, so that nobody needs to tell colours apart.</summary>
internal static class VerdictMark
{
    /// <summary>A character.</summary>
    public static string Of(Verdict verdict) => verdict switch
    {
        Verdict.Improved => "✓",
        Verdict.Regressed => "✗",
        Verdict.Changed => "≠",
        Verdict.NoChange => "=",
        Verdict.Undecided => "?",
        _ => "∅",
    };

    /// <summary>A character.</summary>
    public static string Of(HistoryVerdict verdict) => verdict switch
    {
        HistoryVerdict.Improved => Of(Verdict.Improved),
        HistoryVerdict.Regressed => Of(Verdict.Regressed),
        HistoryVerdict.Changed => Of(Verdict.Changed),
        HistoryVerdict.NoChange => Of(Verdict.NoChange),
        HistoryVerdict.Suspect or HistoryVerdict.TooFew => Of(Verdict.Undecided),
        _ => Of(Verdict.Invalid),
    };

    /// <summary>The class of page.css.</summary>
    public static string Style(Verdict verdict) => Words.Of(verdict).Replace(" ", "-", StringComparison.Ordinal);

    /// <summary>The class of page.css.</summary>
    public static string Style(HistoryVerdict verdict) => Plain.Word(verdict);

    /// <summary>The colour of page.js.</summary>
    public static string Colour(Verdict verdict) => verdict switch
    {
        Verdict.Improved => "$good",
        Verdict.Regressed => "$bad",
        Verdict.Changed => "$other",
        Verdict.NoChange => "$soft",
        _ => "$warn",
    };
}
