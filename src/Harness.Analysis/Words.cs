using Harness.Records;

namespace Harness.Analysis;

/// <summary>The words of verdicts and origins as tables and JSON print them.</summary>
public static class Words
{
    /// <summary>The word of a verdict.</summary>
    public static string Of(Verdict verdict) => verdict switch
    {
        Verdict.Improved => "improved",
        Verdict.Regressed => "regressed",
        Verdict.Changed => "changed",
        Verdict.NoChange => "no change",
        Verdict.Undecided => "undecided",
        _ => "invalid",
    };

    /// <summary>The word of a history's verdict.</summary>
    public static string Of(HistoryVerdict verdict) => verdict switch
    {
        HistoryVerdict.Regressed => "regressed",
        HistoryVerdict.Improved => "improved",
        HistoryVerdict.Changed => "changed",
        HistoryVerdict.Suspect => "suspect",
        HistoryVerdict.NoChange => "no change",
        HistoryVerdict.TooFew => "too few nights",
        _ => "invalid",
    };

    /// <summary>The word of an origin.</summary>
    public static string Of(Origin origin) => origin switch
    {
        Origin.Measured => "measured",
        Origin.Emulated => "emulated",
        Origin.Modelled => "modelled",
        _ => "replayed",
    };

    /// <summary>The words of several origins, joined; null when there are none.</summary>
    public static string? Of(IEnumerable<Origin> origins) =>
        string.Join(" and ", origins.Select(Of)) is { Length: > 0 } words ? words : null;
}
