using System.Globalization;
using Spectre.Console;

namespace Harness.Reports;

/// <summary>Modelled over measured counts as text, both axes in powers of ten.</summary>
internal static class ScatterText
{
    private const int Rows = 17;
    private const int Columns = 2 * Rows;    // a character is about twice as high as wide
    private const string Margin = "        ";

    public static void Write(IAnsiConsole console, IReadOnlyList<ScatterPoint> points)
    {
        if (points.Count == 0) return;
        (int low, int high) = ScatterPoint.Decades(points);
        char[][] grid = [.. Enumerable.Range(0, Rows).Select(_ => Enumerable.Repeat(' ', Columns).ToArray())];
        for (int column = 0; column < Columns; column++) grid[Rows - 1 - (column * Rows / Columns)][column] = '.';
        foreach (ScatterPoint point in points)
        {
            int column = (int)Math.Round(ScatterPoint.Place(point.Measured, low, high) * (Columns - 1));
            int row = Rows - 1 - (int)Math.Round(ScatterPoint.Place(point.Modelled, low, high) * (Rows - 1));
            ref char at = ref grid[row][column];
            char mark = point.HeldOut ? 'o' : '+';
            at = at is ' ' or '.' || at == mark ? mark : '*';
        }
        console.WriteLine("modelled");
        for (int row = 0; row < Rows; row++)
        {
            string label = row == 0 ? Power(high) : row == Rows - 1 ? Power(low) : "";
            console.WriteLine($"{label.PadLeft(Margin.Length - 1)} |{new string(grid[row]).TrimEnd()}".TrimEnd());
        }
        console.WriteLine($"{Margin}+{new string('-', Columns)}");
        console.WriteLine($"{Margin} {Power(low).PadRight(Columns - Power(high).Length)}{Power(high)}  measured");
        console.WriteLine($"{Margin} o held out, + fitted, * both; the dots are modelled = measured");
    }

    private static string Power(int decade) => string.Create(CultureInfo.InvariantCulture, $"1e{decade}");
}
