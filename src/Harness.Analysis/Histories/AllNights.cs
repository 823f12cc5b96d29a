using System.Text.Json.Serialization;

namespace Harness.Analysis;

/// <summary>Every history of a store at one moment: what a lab looks at in the morning.</summary>
public sealed record AllNights
{
    /// <summary>Without a night for so long a history is silent. Assumed: a night that failed is no news, two are.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromDays(2);

    /// <summary>The moment (UTC).</summary>
    public required DateTimeOffset When { get; init; }

    /// <summary>The histories, each with at least one night: those with a regression that stands, then the silent ones, then the others.</summary>
    public required IReadOnlyList<PlanHistory> Histories { get; init; }

    /// <summary>How many histories have a regression that stands.</summary>
    [JsonIgnore]
    public int Regressed => Histories.Count(history => history.FoundRegression);

    /// <summary>Orders histories for a reader.</summary>
    /// <param name="when">The moment.</param>
    /// <param name="histories">Histories with at least one night each.</param>
    public static AllNights Of(DateTimeOffset when, IEnumerable<PlanHistory> histories) => new()
    {
        When = when,
        Histories =
        [
            .. histories.OrderBy(history => history.FoundRegression ? 0 : DaysSilent(when, history) is null ? 2 : 1)
                .ThenBy(history => history.Box, StringComparer.Ordinal).ThenBy(history => history.Plan, StringComparer.Ordinal)
                .ThenBy(history => history.Shape, StringComparer.Ordinal),
        ],
    };

    /// <summary>Whole days since the last night of a history that should have had one since; null when it had.</summary>
    public int? DaysSilent(PlanHistory history) => DaysSilent(When, history);

    private static int? DaysSilent(DateTimeOffset when, PlanHistory history)
    {
        TimeSpan since = when - history.Nights[^1].Created;
        return since > Silence ? (int)since.TotalDays : null;
    }
}
