using Harness.Records;

namespace Harness.Cli;

/// <summary>ECharts, which draws the charts of pages and goes into each.</summary>
internal static class ChartLibrary
{
    /// <summary>Its text.</summary>
    /// <exception cref="HostCannotException">It is not there.</exception>
    public static string Read(Folders folders)
    {
        string file = Path.Combine(folders.Root, "artifacts", "page", "echarts.min.js");
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HostCannotException(
                $"the chart library {file} cannot be read, so no page is written; './run.sh' fetches it where npm is installed", e);
        }
    }
}
