using System.CommandLine;
using Harness.Analysis;
using Harness.Records;
using Harness.Reports;

namespace Harness.Cli;

/// <summary><c>report validation</c>: the model against the stored sessions of all plans and shapes.</summary>
internal static class ReportValidation
{
    public static Command Create(Folders folders)
    {
        Argument<string[]> plans = new("plan") { Description = "Only these plans", Arity = ArgumentArity.ZeroOrMore };
        Option<bool> worst = new("--worst") { Description = "One table, the largest errors first" };
        Option<string?> output = new("-o", "--output") { Description = "Also write Markdown to this file, and the plot beside it as .svg" };
        ConstantsOption constants = new(folders);
        Option<bool> json = CommonOptions.Json();
        Command report = new("validation",
            """
            The model, as it now is, against the last stored session of every plan and shape: each counter of each arm with its error and whether a
            constant was fitted to it, the weighted errors, and a plot of modelled over measured counts.

            Examples:
              ./run.sh report validation
              ./run.sh report validation migrate-batching --worst
              ./run.sh report validation -o validation.md
            """)
        { plans, worst, output, json };
        constants.AddTo(report);
        report.SetAction(async (parsed, cancel) =>
        {
            (FittedConstants? fitted, string basis) = constants.Read(parsed);
            ValidationMatrix matrix = await MatrixJob.OfAsync(folders, parsed.GetValue(plans) ?? [], fitted, basis, cancel);
            if (parsed.GetValue(output) is { } file) Write(file, matrix);
            if (parsed.GetValue(json)) Console.Out.WriteLine(AnalysisJson.Write(matrix));
            else MatrixReport.Write(ReportConsole.On(Console.Out), matrix, parsed.GetValue(worst));
            return (int)ExitCode.Done;
        });
        return report;
    }

    private static void Write(string file, ValidationMatrix matrix)
    {
        string plot = Path.ChangeExtension(file, ".svg");
        try
        {
            using (StreamWriter svg = new(plot)) ScatterSvg.Write(svg, ScatterPoint.Of(matrix));
            using StreamWriter text = new(file);
            MatrixReport.WriteMarkdown(text, matrix, Path.GetFileName(plot));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HostCannotException($"cannot write {file} and its plot: {e.Message.ReplaceLineEndings(" ")}; give another file", e);
        }
    }
}
