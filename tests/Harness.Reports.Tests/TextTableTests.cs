using Spectre.Console;

namespace Harness.Reports.Tests;

/// <summary>Do tables keep their columns together and within the console?</summary>
public sealed class TextTableTests
{
    [Fact]
    public void Columns_are_aligned_and_lines_end_without_spaces()
    {
        TextTable table = new(new TextColumn("knob"), new TextColumn("value", Right: true), new TextColumn("note"));
        table.Row("numa_balancing", "2", "tiering");
        table.Row("demotion", "10");
        Assert.Equal("knob            value  note\nnuma_balancing      2  tiering\ndemotion           10\n", Print(table, 100));
    }

    [Fact]
    public void The_last_column_is_folded_to_the_consoles_width_under_itself()
    {
        TextTable table = new(new TextColumn(), new TextColumn());
        table.Row("demotion", "both nodes are in one memory tier on this kernel");
        Assert.Equal("demotion  both nodes are in one memory\n          tier on this kernel\n", Print(table, 40));
    }

    [Fact]
    public void A_long_name_stands_on_its_own_line_when_numbers_would_not_fit_beside_it()
    {
        TextTable table = new(new TextColumn("counter"), new TextColumn("before", Right: true), new TextColumn("after", Right: true));
        table.Row("trace.tlb:tlb_flush/local_mm_shootdown", "8,192", "16");
        table.Row("short", "1", "2");
        Assert.Equal(
            "counter                    before  after\ntrace.tlb:tlb_flush/local_mm_shootdown\n                            8,192     16\nshort                           1      2\n",
            Print(table, 40));
    }

    [Fact]
    public void A_row_with_too_many_cells_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new TextTable(new TextColumn()).Row("a", "b"));

    private static string Print(TextTable table, int width)
    {
        using StringWriter writer = new();
        IAnsiConsole console = ReportConsole.On(writer);
        console.Profile.Width = width;
        table.Write(console);
        return writer.ToString();
    }
}
