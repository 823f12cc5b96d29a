using System.Globalization;

namespace Harness.Store;

/// <summary>
/// A <see cref="SessionFilter"/> as a condition on the table of sessions. Values are parameters; only fixed text is in the statement.
/// </summary>
internal static class SessionQuery
{
    /// <summary>Of sessions that are one of a plan's shapes: neither altered nor of one arm on both sides.</summary>
    private const string OfAShape = "NOT altered AND same_arm IS NULL";

    /// <summary>Everything after FROM: condition, order and limit, for the parameters of <see cref="Parameters"/>.</summary>
    public static string Clauses(SessionFilter filter)
    {
        List<string> conditions = [];
        if (filter.Plan is not null) conditions.Add("plan = @plan");
        if (filter.Shape is { } shape)
            conditions.Add(OfAShape + (shape == SessionFilter.Own ? " AND shape IS NULL" : " AND shape = @shape"));
        if (filter.Box is not null) conditions.Add("box = @box");
        if (filter.NightlyOnly) conditions.Add("nightly");
        if (filter.WithResult) conditions.Add("EXISTS (SELECT 1 FROM runs WHERE runs.session = sessions.session AND state = 'done')");
        if (filter.Since is not null) conditions.Add("created >= @since");
        if (filter.Until is not null) conditions.Add("created < @until");
        if (filter.Kernel is not null)
        {
            // 6.1 begins 6.1.0-56-amd64 and 6.1.174, and not 6.12: what follows is no digit
            conditions.Add(
                """
                EXISTS (SELECT 1 FROM runs WHERE runs.session = sessions.session AND substr(kernel, 1, @length) = @kernel
                AND substr(kernel, @length + 1, 1) NOT IN ('0', '1', '2', '3', '4', '5', '6', '7', '8', '9'))
                """);
        }
        string where = conditions.Count == 0 ? "" : $"WHERE {string.Join(" AND ", conditions)} ";
        string limit = filter.Limit is { } most ? string.Create(CultureInfo.InvariantCulture, $" LIMIT {most}") : "";
        return $"sessions {where}ORDER BY session DESC{limit}";
    }

    /// <summary>The same for the nights of all plans' shapes, on one box or all; not in order.</summary>
    public static string Nights(string? box) =>
        $"sessions WHERE nightly AND box IS NOT NULL AND {OfAShape}{(box is null ? "" : " AND box = @box")}";

    /// <summary>The filter's values.</summary>
    public static object Parameters(SessionFilter filter) => new
    {
        plan = Rows.NameOrNull(filter.Plan),
        shape = Rows.NameOrNull(filter.Shape),
        box = Rows.NameOrNull(filter.Box),
        since = filter.Since is { } since ? Rows.Time(since) : null,
        until = filter.Until is { } until ? Rows.Time(until) : null,
        kernel = Rows.NameOrNull(filter.Kernel),
        length = Rows.NameOrNull(filter.Kernel)?.Length ?? 0,
    };
}
