using System.CommandLine;
using Harness.Analysis;
using Harness.Records;
using Harness.Reports;
using Harness.Store;

namespace Harness.Cli;

/// <summary>
/// <c>report [SESSION]</c>: a stored session again, as text for a letter or a pull request, or as JSON; <c>report published</c>: the model
/// against what was published; <c>report validation</c>: against what was measured.
/// </summary>
internal static class ReportVerb
{
    public static Command Create(Folders folders)
    {
        Argument<string[]> sides = new("session")
        {
            Description = "A stored session's id or its beginning; the last when left out. Or two sides, as compare takes them",
            Arity = new ArgumentArity(0, 2),
        };
        Option<bool> letter = new("--letter") { Description = "Text of 72 columns for a patch letter" };
        Option<bool> model = new("--model") { Description = "With --letter: also what the model predicts, in a paragraph of its own" };
        Option<bool> markdown = new("--markdown") { Description = "A Markdown table for a pull request or a mail" };
        Option<string?> page = new("--page") { Description = "An HTML page, written to this file", HelpName = "FILE" };
        Option<bool> json = CommonOptions.Json();
        Command report = new("report",
            """
            Shows a stored session again, as it was printed when it ended, as text to paste (a letter or a Markdown table), or as a page. Leaves
            with the code that compare leaves with.

            Examples:
              ./run.sh report
              ./run.sh report --letter > letter.txt
              ./run.sh report 20261121T180056Z --markdown
              ./run.sh report --page session.html
              ./run.sh report --letter 20261121T180056Z:after 20261121T180141Z:after
              ./run.sh report published
              ./run.sh report validation
            """)
        { sides, letter, model, markdown, page, json, Published(folders), ReportValidation.Create(folders) };
        report.SetAction(parsed =>
        {
            bool asLetter = parsed.GetValue(letter);
            bool asTable = parsed.GetValue(markdown);
            bool asJson = parsed.GetValue(json);
            string? toFile = parsed.GetValue(page);
            if (new[] { asLetter, asTable, toFile is not null, asJson }.Count(one => one) > 1)
                throw new UsageException("--letter, --markdown, --page and --json: give one of them");
            if (parsed.GetValue(model) && !asLetter) throw new UsageException("--model goes with --letter");
            string[] named = parsed.GetValue(sides) ?? [];
            using ResultStore store = StoredSession.OpenStore(folders);
            if (!asLetter && !asTable && toFile is null)
            {
                return named.Length == 2
                    ? SessionOutput.Print(folders, Compared.Of(store, null, named[0], named[1]), asJson)
                    : SessionOutput.Show(folders, StoredSession.Load(store, named.FirstOrDefault()), constants: null, asJson);
            }
            SessionReport shown = Comparable(folders, store, named);
            if (toFile is not null) PageFile.Write(folders, toFile, (writer, library) => SessionPage.Write(writer, shown, library));
            else if (asLetter) LetterReport.Write(Console.Out, shown, parsed.GetValue(model));
            else MarkdownTable.Write(Console.Out, shown);
            return (int)SessionOutput.CodeOf(shown.Comparison);
        });
        return report;
    }

    private static SessionReport Comparable(Folders folders, ResultStore store, string[] named)
    {
        Compared compared = named.Length == 2
            ? Compared.Of(store, null, named[0], named[1]) : Compared.Of(StoredSession.Load(store, named.FirstOrDefault()));
        if (SessionOutput.IsMixed(compared))
        {
            throw new UsageException($"of '{compared.Before}' and '{compared.After}' one is measured and one is modelled, "
                + $"which no letter, table or page compares; name two arms of session {compared.Stored.Manifest.Session} that are alike");
        }
        return SessionOutput.Report(folders, compared);
    }

    private static Command Published(Folders folders)
    {
        Option<bool> json = CommonOptions.Json();
        Option<bool> markdown = new("--markdown") { Description = "As Markdown tables" };
        Command published = new("published",
            """
            Every published figure of the experiments beside what the model gives, with the error and the source's own spread; whether a constant
            was fitted on it or it is a prediction. Large simulations are taken from the newest 'simulate PLAN --scale full' that is kept, else
            made at a smaller scale, and the row says so.

            Examples:
              ./run.sh report published
              ./run.sh report published --markdown
            """)
        { json, markdown };
        published.SetAction(async (parsed, cancel) =>
        {
            if (parsed.GetValue(json) && parsed.GetValue(markdown)) throw new UsageException("--json and --markdown: give one of them");
            IReadOnlyList<PublishedRow> rows = await new PublishedJob(folders).RowsAsync(cancel);
            if (parsed.GetValue(json)) Console.Out.WriteLine(AnalysisJson.Write(PublishedSummary.Of(rows)));
            else if (parsed.GetValue(markdown)) PublishedReport.WriteMarkdown(Console.Out, rows);
            else PublishedReport.Write(ReportConsole.On(Console.Out), rows);
            return (int)ExitCode.Done;
        });
        return published;
    }
}
