using System.Collections.Concurrent;
using MathNet.Numerics.Distributions;

namespace Harness.Analysis;

/// <summary>Student's t, two-sided.</summary>
internal static class Student
{
    // a search for a critical value takes some 50 microseconds, and a table with a row for each CPU asks for the same few again and again
    private static readonly ConcurrentDictionary<(double Alpha, int Freedom), double> Known = new();

    /// <summary>The value that |t| passes with the chance <paramref name="alpha"/> when nothing changed.</summary>
    /// <param name="alpha">Two-sided chance, over 0 and under 1.</param>
    /// <param name="freedom">Degrees of freedom, at least 1.</param>
    public static double Critical(double alpha, int freedom) =>
        Known.GetOrAdd((alpha, freedom), static key => StudentT.InvCDF(0, 1, key.Freedom, 1 - (key.Alpha / 2)));

    /// <summary>The chance of a mean as far from zero as this one when the true mean is zero.</summary>
    /// <param name="mean">The mean.</param>
    /// <param name="error">Its standard error; 0 when all values are equal.</param>
    /// <param name="freedom">Degrees of freedom, at least 1.</param>
    public static double TwoSided(double mean, double error, int freedom) =>
        error > 0 ? Math.Min(1, 2 * StudentT.CDF(0, 1, freedom, -Math.Abs(mean / error))) : mean == 0 ? 1 : 0;
}
