using Harness.Analysis;

namespace Harness.Reports;

/// <summary>A count as a plot shows it.</summary>
/// <param name="Measured">The measured median, above 0.</param>
/// <param name="Modelled">The modelled one; 0 stands at the lower edge.</param>
/// <param name="HeldOut">True when nothing was fitted to it.</param>
/// <param name="Name">Plan, shape, arm and counter.</param>
public sealed record ScatterPoint(double Measured, double Modelled, bool HeldOut, string Name)
{
    /// <summary>The counts of a matrix.</summary>
    public static IReadOnlyList<ScatterPoint> Of(ValidationMatrix matrix) =>
    [
        .. from session in matrix.Sessions
           from row in session.Rows
           where row is { Error: not null, Measured.Median: > 0 } && Units.IsCount(row.Unit)
           select new ScatterPoint(
               row.Measured.Median!.Value, row.Modelled.Median!.Value, row.HeldOut,
               $"{MatrixReport.Name(session)}, {row.Arm}: {row.Counter}"),
    ];

    /// <summary>The powers of ten between which all points lie.</summary>
    internal static (int Low, int High) Decades(IReadOnlyList<ScatterPoint> points)
    {
        double[] all = [.. points.SelectMany(point => new[] { Math.Max(point.Measured, 1), Math.Max(point.Modelled, 1) })];
        int low = (int)Math.Floor(Math.Log10(all.Min()));
        return (low, Math.Max(low + 1, (int)Math.Ceiling(Math.Log10(all.Max()))));
    }

    /// <summary>Where a count lies between two powers of ten, from 0 to 1.</summary>
    internal static double Place(double count, int low, int high) =>
        Math.Clamp((Math.Log10(Math.Max(count, 1)) - low) / (high - low), 0, 1);
}
