using System.Globalization;
using System.Security;

namespace Harness.Reports;

/// <summary>Modelled over measured counts as an SVG picture, both axes in powers of ten; each point's title names its row.</summary>
public static class ScatterSvg
{
    private const int Edge = 420;
    private const int Margin = 60;

    /// <summary>Writes the picture.</summary>
    public static void Write(TextWriter writer, IReadOnlyList<ScatterPoint> points)
    {
        (int low, int high) = points.Count > 0 ? ScatterPoint.Decades(points) : (0, 1);
        int whole = Edge + (2 * Margin);
        writer.Write($"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {whole} {whole}\" "
            + "font-family=\"sans-serif\" font-size=\"12\">\n");
        writer.Write($"<rect width=\"{whole}\" height=\"{whole}\" fill=\"white\"/>\n");
        for (int decade = low; decade <= high; decade++)
        {
            double at = (double)(decade - low) / (high - low);
            writer.Write(Line(X(at), Y(0), X(at), Y(1), "#ddd") + Line(X(0), Y(at), X(1), Y(at), "#ddd"));
            writer.Write(Text(X(at), Y(0) + 18, $"1e{decade}", "middle") + Text(X(0) - 6, Y(at) + 4, $"1e{decade}", "end"));
        }
        writer.Write(Line(X(0), Y(0), X(1), Y(1), "#888"));
        writer.Write(Text(X(0.5), Y(0) + 40, "measured", "middle") + Text(X(0), Y(1) - 12, "modelled", "start"));
        writer.Write(Text(X(1), Y(1) - 12, "filled: held out; open: fitted", "end"));
        foreach (ScatterPoint point in points)
        {
            string x = Number(X(ScatterPoint.Place(point.Measured, low, high)));
            string y = Number(Y(ScatterPoint.Place(point.Modelled, low, high)));
            string title = SecurityElement.Escape(Plain.Line(
                $"{point.Name}: measured {Plain.Number(point.Measured)}, modelled {Plain.Number(point.Modelled)}"));
            writer.Write($"<circle cx=\"{x}\" cy=\"{y}\" r=\"4\" stroke=\"#1f6fb2\" fill=\"{(point.HeldOut ? "#1f6fb2" : "none")}\">"
                + $"<title>{title}</title></circle>\n");
        }
        writer.Write("</svg>\n");
    }

    private static double X(double place) => Margin + (place * Edge);

    private static double Y(double place) => Margin + ((1 - place) * Edge);

    private static string Line(double x1, double y1, double x2, double y2, string colour) =>
        $"<line x1=\"{Number(x1)}\" y1=\"{Number(y1)}\" x2=\"{Number(x2)}\" y2=\"{Number(y2)}\" stroke=\"{colour}\"/>\n";

    private static string Text(double x, double y, string text, string anchor) =>
        $"<text x=\"{Number(x)}\" y=\"{Number(y)}\" text-anchor=\"{anchor}\">{text}</text>\n";

    private static string Number(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);
}
