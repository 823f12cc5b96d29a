namespace Harness.Analysis;

/// <summary>Which units are counts: whole numbers of things that happened. Times and rates are not.</summary>
public static class Units
{
    /// <summary>True for a count (<c>interrupts</c>, <c>events</c>, <c>pages</c>, …), false for times, rates and unknown units.</summary>
    public static bool IsCount(string? unit) =>
        unit is "interrupts" or "events" or "pages" or "faults" or "flushes" or "migrations" or "PTEs";
}
