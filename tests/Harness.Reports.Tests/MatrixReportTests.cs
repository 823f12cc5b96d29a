using Harness.Analysis;
using Harness.Records;

namespace Harness.Reports.Tests;

/// <summary>Does the matrix name every row, and does its plot put points where they belong?</summary>
public sealed class MatrixReportTests
{
    [Fact]
    public void Every_row_stands_under_its_session_with_its_error_and_whether_it_was_fitted_to()
    {
        string text = Text(worst: false);
        Assert.Contains("plan-a, WMAPE", text, StringComparison.Ordinal);
        Assert.Contains("plan-a small, WMAPE", text, StringComparison.Ordinal);
        Assert.Matches(@"interrupts.TLB \(interrupts\)\s+before +100 +\[99, 101\] +110 +\+10.0% +fitted", text);
        Assert.Matches(@"interrupts.TLB \(interrupts\)\s+before +1,000 +\[999, 1,001\] +500 +-50.0% +held", text);
        Assert.Matches(@"all plans +46.4% +10% +50% +2", text);
        Assert.Contains("without a stored session: plan-b", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_worst_rows_come_first_on_request()
    {
        string text = Text(worst: true);
        Assert.True(text.IndexOf("-50.0%", StringComparison.Ordinal) < text.IndexOf("+10.0%", StringComparison.Ordinal));
    }

    [Fact]
    public void A_point_above_the_diagonal_is_one_that_is_modelled_too_large()
    {
        ScatterPoint[] points = [new(10, 1000, HeldOut: true, "a <b>"), new(1000, 10, HeldOut: false, "c")];
        StringWriter svg = new();
        ScatterSvg.Write(svg, points);
        Assert.Contains("a &lt;b&gt;: measured 10, modelled 1,000", svg.ToString(), StringComparison.Ordinal);
        (double X, double Y)[] at =
        [
            .. System.Xml.Linq.XDocument.Parse(svg.ToString()).Descendants().Where(element => element.Name.LocalName == "circle")
                .Select(circle => ((double)circle.Attribute("cx")!, (double)circle.Attribute("cy")!)),
        ];
        Assert.True(at[0].X < at[1].X && at[0].Y < at[1].Y);    // an SVG's y grows downwards
    }

    [Fact]
    public void The_markdown_links_its_plot_and_holds_every_row()
    {
        StringWriter text = new();
        MatrixReport.WriteMarkdown(text, Matrix(), "m.svg");
        Assert.Contains("(m.svg)", text.ToString(), StringComparison.Ordinal);
        Assert.Contains("| plan-a small | before | interrupts.TLB (interrupts) | 1,000 |", text.ToString(), StringComparison.Ordinal);
    }

    private static string Text(bool worst)
    {
        using StringWriter writer = new();
        MatrixReport.Write(ReportConsole.On(writer), Matrix(), worst);
        return writer.ToString();
    }

    private static ValidationMatrix Matrix() => new(
        [Session(null, 100, 110, heldOut: false), Session("small", 1000, 500, heldOut: true)], ["plan-b"], "constants of x.json");

    private static MatrixSession Session(string? shape, double measured, double modelled, bool heldOut)
    {
        ValidationRow row = new()
        {
            Arm = "before",
            Counter = "interrupts.TLB",
            Unit = "interrupts",
            Measured = Summary.Of([measured - 1, measured, measured + 1]),
            Modelled = Summary.Of([modelled]),
            Error = (modelled - measured) / measured,
            HeldOut = heldOut,
            Origin = Origin.Emulated,
        };
        return new MatrixSession("plan-a", shape, "s", [row], WeightedError.Of([row]));
    }
}
