using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Harness.Reports;

/// <summary>
/// One self-contained HTML file: style, the chart library and all data inside, nothing loaded. What comes from results is written as text
/// or as data that is never run; the page's security policy names the two scripts by digest, so that no other can run.
/// </summary>
/// <param name="writer">Takes the page.</param>
internal sealed class Page(TextWriter writer)
{
    // Escapes what could end a script element or begin a tag.
    private static readonly JsonSerializerOptions Data = new() { Encoder = JavaScriptEncoder.Default };

    private readonly List<PageChart> charts = [];

    /// <summary>Begins the page.</summary>
    /// <param name="title">Its title.</param>
    /// <param name="library">The chart library.</param>
    /// <param name="sections">What a reader can go to; the first is where the page's answer stands. None for a short page.</param>
    public void Begin(string title, string library, params IReadOnlyList<PageSection> sections)
    {
        writer.Write("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
        writer.Write("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
        writer.Write("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; ");
        writer.Write($"style-src 'unsafe-inline'; img-src data:; script-src {Digest(library)} {Digest(Script)}\">\n");
        writer.Write($"<title>{Text(title)}</title>\n<style>\n{Style}</style>\n");
        writer.Write($"<script>{library}</script>\n</head>\n<body{(sections.Count > 0 ? " class=\"parts\"" : "")}>\n");
        if (sections.Count > 0)
        {
            writer.Write($"<a class=\"skip\" href=\"#{sections[0].Id}\">Skip to: {Text(sections[0].Title)}</a>\n");
            writer.Write("<nav aria-label=\"On this page\"><ul>\n");
            foreach (PageSection section in sections) writer.Write($"<li><a href=\"#{section.Id}\">{Text(section.Title)}</a></li>\n");
            writer.Write("</ul></nav>\n");
        }
        writer.Write($"<main>\n<h1>{Text(title)}</h1>\n");
    }

    /// <summary>A part with its heading.</summary>
    public void Section(PageSection section)
    {
        string heading = $"<h2 id=\"{section.Id}-heading\">{Text(section.Title)}</h2>";
        writer.Write($"<section id=\"{section.Id}\" aria-labelledby=\"{section.Id}-heading\">\n");
        writer.Write(section.Folds ? $"<details class=\"fold\" open><summary>{heading}</summary>\n" : heading + "\n");
        section.Write(this);
        writer.Write(section.Folds ? "</details>\n</section>\n" : "</section>\n");
    }

    /// <summary>A heading.</summary>
    /// <param name="text">The text.</param>
    /// <param name="level">2 for a part of the page, 3 inside such a part.</param>
    public void Heading(string text, int level = 2) => writer.Write($"<h{level}>{Breakable(text)}</h{level}>\n");

    /// <summary>A paragraph.</summary>
    /// <param name="text">The text.</param>
    /// <param name="style">A class of page.css, or null.</param>
    public void Paragraph(string text, string? style = null) => writer.Write($"<p{Class(style)}>{Text(text)}</p>\n");

    /// <summary>A list.</summary>
    public void List(IEnumerable<string> lines)
    {
        writer.Write("<ul>\n");
        foreach (string line in lines) writer.Write($"<li>{Text(line)}</li>\n");
        writer.Write("</ul>\n");
    }

    /// <summary>Statements, each with a word for its kind and a name that stands out.</summary>
    public void Statements(IEnumerable<PageStatement> statements)
    {
        writer.Write("<ul class=\"statements\">\n");
        foreach (PageStatement one in statements)
        {
            writer.Write($"<li class=\"{one.Style}\">{Badge(one.Mark, one.Word)} ");
            writer.Write($"<span><b>{Breakable(one.Name)}</b> {Text(one.Text)}</span></li>\n");
        }
        writer.Write("</ul>\n");
    }

    /// <summary>Labels and what belongs to them; a line without a label continues the one above.</summary>
    public void Labelled(IEnumerable<(string Label, string Text)> lines)
    {
        bool open = false;
        writer.Write("<dl>\n");
        foreach ((string label, string text) in lines)
        {
            if (label.Length > 0 || !open)
            {
                writer.Write($"{(open ? "</div>\n" : "")}<div><dt>{Text(label)}</dt>");
                open = true;
            }
            writer.Write($"<dd>{Breakable(text)}</dd>");
        }
        writer.Write($"{(open ? "</div>\n" : "")}</dl>\n");
    }

    /// <summary>A table of plain text.</summary>
    /// <inheritdoc cref="Table(string, string, IReadOnlyList{string}, IEnumerable{IReadOnlyList{PageCell}}, bool)"/>
    public void Table(string caption, string alignment, IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string>> rows) =>
        Table(caption, alignment, columns, rows.Select(row => row.Select(text => new PageCell(text)).ToArray()));

    /// <summary>A table; the first cell of a row names it.</summary>
    /// <param name="caption">What it shows; unlike any other of the page.</param>
    /// <param name="alignment">One character a column, the last for all that follow: <c>r</c> aligns right, anything else left.</param>
    /// <param name="columns">The headings.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="cards">True to show each row as a card on a narrow screen, instead of a table that scrolls.</param>
    public void Table(
        string caption, string alignment, IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<PageCell>> rows, bool cards = false)
    {
        // a region that scrolls must be reachable by keyboard; what is laid out as cards is a table no more unless each part says so
        writer.Write($"<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{Text(caption)}\">\n");
        writer.Write($"<table{(cards ? " class=\"cards\"" : "")}{Role("table")}>\n");
        writer.Write($"<caption>{Text(caption)}</caption>\n<thead{Role("rowgroup")}><tr{Role("row")}>");
        for (int i = 0; i < columns.Count; i++)
        {
            // a heading without text would be announced as one
            writer.Write(columns[i].Length == 0 ? "<td></td>"
                : $"<th scope=\"col\"{Role("columnheader")}{Class(Right(i))}>{Text(columns[i])}</th>");
        }
        writer.Write($"</tr></thead>\n<tbody{Role("rowgroup")}>\n");
        foreach (IReadOnlyList<PageCell> row in rows)
        {
            writer.Write($"<tr{Role("row")}>");
            for (int i = 0; i < row.Count; i++)
            {
                bool names = i == 0 && row[i].Text.Length > 0;
                writer.Write(names ? $"<th scope=\"row\"{Role("rowheader")}" : $"<td{Role("cell")}");
                if (cards && i > 0) writer.Write($" data-label=\"{Text(columns[i])}\"");
                writer.Write($"{Class($"{Right(i)} {row[i].Style}".Trim())}>{Breakable(row[i].Text)}");
                if (row[i].Small.Length > 0) writer.Write($"<small>{Text(row[i].Small)}</small>");
                writer.Write(names ? "</th>" : "</td>");
            }
            writer.Write("</tr>\n");
        }
        writer.Write("</tbody>\n</table>\n</div>\n");

        string Role(string role) => cards ? $" role=\"{role}\"" : "";

        string Right(int column) => alignment[Math.Min(column, alignment.Length - 1)] == 'r' ? "right" : "";
    }

    /// <summary>Text of several lines as it stands, such as a file.</summary>
    /// <param name="label">What it is; unlike any other of the page.</param>
    /// <param name="text">The text.</param>
    public void Code(string label, string text)
    {
        writer.Write($"<pre tabindex=\"0\" role=\"region\" aria-label=\"{Text(label)}\">");
        foreach (string line in text.Split('\n')) writer.Write(Encoded(IndentedLine(line)) + "\n");
        writer.Write("</pre>\n");
    }

    /// <summary>What a reader may open.</summary>
    public void Details(string summary, Action content)
    {
        writer.Write($"<details><summary>{Text(summary)}</summary>\n");
        content();
        writer.Write("</details>\n");
    }

    /// <summary>A box to tick that shows or hides a series of the same name in all charts.</summary>
    public void Toggle(string series, string label, bool on) =>
        writer.Write($"<p><label><input type=\"checkbox\" data-series=\"{series}\"{(on ? " checked" : "")}> {Text(label)}</label></p>\n");

    /// <summary>Charts side by side where there is room.</summary>
    public void Charts(IEnumerable<PageChart> several, int level = 3)
    {
        writer.Write("<div class=\"charts\">\n");
        foreach (PageChart chart in several) Chart(chart, level);
        writer.Write("</div>\n");
    }

    /// <summary>A chart, drawn when a reader comes near it.</summary>
    /// <param name="chart">The chart.</param>
    /// <param name="level">The level of its heading; 0 for none, where the part's heading says it all.</param>
    public void Chart(PageChart chart, int level = 2)
    {
        charts.Add(chart);
        writer.Write("<figure>\n");
        if (level > 0) Heading(chart.Title, level);
        writer.Write($"<p class=\"soft\" id=\"{chart.Id}-says\">{Breakable(chart.Says)}</p>\n");
        writer.Write(string.Create(CultureInfo.InvariantCulture,
            $"<div class=\"chart\" style=\"height: {chart.Height}px\" id=\"{chart.Id}\" role=\"img\" "));
        writer.Write($"aria-label=\"{Text(chart.Title)}\" aria-describedby=\"{chart.Id}-says\"></div>\n</figure>\n");
    }

    /// <summary>Ends the page with its data.</summary>
    public void End()
    {
        JsonArray all = [.. charts.Select(chart => new JsonObject { ["id"] = chart.Id, ["option"] = chart.Option })];
        writer.Write($"</main>\n<script type=\"application/json\" id=\"charts\">{all.ToJsonString(Data)}</script>\n");
        writer.Write($"<script>{Script}</script>\n</body>\n</html>\n");
    }

    private static string Style { get; } = Resource("page.css");

    private static string Script { get; } = Resource("page.js");

    private static string Badge(string mark, string word) =>
        $"<span class=\"badge\"><span aria-hidden=\"true\">{Text(mark)}</span> {Text(word)}</span>";

    private static string Class(string? style) => string.IsNullOrEmpty(style) ? "" : $" class=\"{style}\"";

    private static string IndentedLine(string line)
    {
        string rest = line.TrimStart(' ');
        return new string(' ', Math.Min(line.Length - rest.Length, 80)) + Plain.Line(rest.TrimEnd('\r'));
    }

    private static string Text(string text) => Encoded(Plain.Line(text));

    // A counter's name is one long word: it may be broken behind these. No character is encoded as something that has one.
    private static string Breakable(string text) =>
        Text(text).Replace("/", "/<wbr>", StringComparison.Ordinal).Replace("_", "_<wbr>", StringComparison.Ordinal);

    private static string Encoded(string text) => HtmlEncoder.Default.Encode(text);

    private static string Digest(string script) => $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(script)))}'";

    private static string Resource(string name)
    {
        using StreamReader reader = new(typeof(Page).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"no {name} in the assembly"));
        return reader.ReadToEnd();
    }
}
