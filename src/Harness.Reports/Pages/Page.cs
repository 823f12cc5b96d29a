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
    public void Begin(string title, string library)
    {
        writer.Write("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
        writer.Write("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
        writer.Write("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:; ");
        writer.Write($"script-src {Digest(library)} {Digest(Script)}\">\n<title>{Text(title)}</title>\n<style>\n{Style}</style>\n");
        writer.Write($"<script>{library}</script>\n</head>\n<body>\n<main>\n<h1>{Text(title)}</h1>\n");
    }

    /// <summary>A section's heading.</summary>
    public void Heading(string text) => writer.Write($"<h2>{Text(text)}</h2>\n");

    /// <summary>A paragraph.</summary>
    /// <param name="text">The text.</param>
    /// <param name="style">A class of page.css, or null.</param>
    public void Paragraph(string text, string? style = null) =>
        writer.Write($"<p{(style is null ? "" : $" class=\"{style}\"")}>{Text(text)}</p>\n");

    /// <summary>A list.</summary>
    public void List(IEnumerable<string> lines)
    {
        writer.Write("<ul>\n");
        foreach (string line in lines) writer.Write($"<li>{Text(line)}</li>\n");
        writer.Write("</ul>\n");
    }

    /// <summary>A table; columns after the first are numbers.</summary>
    public void Table(string caption, IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string>> rows)
    {
        // a region that scrolls must be reachable by keyboard
        writer.Write($"<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{Text(caption)}\">\n<table>\n<caption>{Text(caption)}</caption>\n<thead><tr>");
        for (int i = 0; i < columns.Count; i++) writer.Write($"<th scope=\"col\"{Right(i)}>{Text(columns[i])}</th>");
        writer.Write("</tr></thead>\n<tbody>\n");
        foreach (IReadOnlyList<string> row in rows)
        {
            writer.Write($"<tr><th scope=\"row\">{Text(row[0])}</th>");
            for (int i = 1; i < row.Count; i++) writer.Write($"<td{Right(i)}>{Text(row[i])}</td>");
            writer.Write("</tr>\n");
        }
        writer.Write("</tbody>\n</table>\n</div>\n");
    }

    /// <summary>What a reader may open.</summary>
    public void Details(string summary, Action content)
    {
        writer.Write($"<details><summary>{Text(summary)}</summary>\n");
        content();
        writer.Write("</details>\n");
    }

    /// <summary>A chart, drawn when the page is open.</summary>
    public void Chart(PageChart chart)
    {
        charts.Add(chart);
        Heading(chart.Title);
        Paragraph(chart.Says, "soft");
        writer.Write($"<div class=\"chart{(chart.FewRows ? " short" : "")}\" id=\"{chart.Id}\" role=\"img\" aria-label=\"{Text(chart.Says)}\"></div>\n");
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

    private static string Right(int column) => column == 0 ? "" : " class=\"right\"";

    private static string Text(string text) => HtmlEncoder.Default.Encode(Plain.Line(text));

    private static string Digest(string script) => $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(script)))}'";

    private static string Resource(string name)
    {
        using StreamReader reader = new(typeof(Page).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"no {name} in the assembly"));
        return reader.ReadToEnd();
    }
}
