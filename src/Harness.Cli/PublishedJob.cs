using System.Globalization;
using Harness.Analysis;
using Harness.Experiments;
using Harness.Records;
using Harness.Targets;

namespace Harness.Cli;

/// <summary>
/// Holds the model against every published figure. A run that a figure needs is the newest one kept at full size; else it is simulated
/// here, at the scale that the figure's file states for that.
/// </summary>
/// <param name="folders">Where things live.</param>
internal sealed class PublishedJob(Folders folders)
{
    /// <summary>A row or more for each figure, in the order of the files.</summary>
    public async Task<IReadOnlyList<PublishedRow>> RowsAsync(CancellationToken cancel)
    {
        Dictionary<PublishedRun, (ScaledResult? Result, string Note)> results = [];
        List<PublishedRow> rows = [];
        foreach (PublishedFigure figure in PublishedCatalog.Load(folders))
        {
            PublishedModel model = figure.Model;
            if (model.Run is { } run)
            {
                if (!results.TryGetValue(run, out (ScaledResult? Result, string Note) found))
                    results.Add(run, found = await ResultAsync(run, cancel));
                rows.AddRange(PublishedRow.Of(figure, found.Result, found.Note));
            }
            else if (model.Constant is { } constant)
            {
                rows.AddRange(PublishedRow.Of(
                    figure, ModelConstants.Value(constant, folders), figure.Fit ? "taken from it" : "a constant of the model"));
            }
            else
            {
                rows.AddRange(PublishedRow.Of(figure, modelled: null, model.Reason!));
            }
        }
        return rows;
    }

    private async Task<(ScaledResult? Result, string Note)> ResultAsync(PublishedRun run, CancellationToken cancel)
    {
        try
        {
            Scale scale = Scale.Parse(run.Scale);
            ScaledResult[] kept = [.. ScaledResults.Newest(folders, run.Plan).Where(run.Is)];
            ScaledResult? whole = kept.FirstOrDefault(result => result.Fraction == 1);
            bool older = whole is not null && whole.Model != ScaledPlan.Build;
            // what is cheap is simulated anew rather than taken from an older build of the model
            if (whole is not null && !(older && scale == Scale.Full))
            {
                string day = whole.Finished.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
                return (whole, older ? $"full size, by another build of the model on {day}" : $"full size, {day}");
            }
            ScaledResult result = Array.Find(kept, other => other.Scale == scale.Text && other.Model == ScaledPlan.Build)
                ?? await SimulateAsync(run, scale, cancel);
            string times = string.Create(CultureInfo.InvariantCulture, $"{1 / scale.Fraction:0.###}");
            return (result, scale == Scale.Full ? "full size" : $"at {scale.Text} of the machine; counts and times taken {times}fold");
        }
        catch (HarnessException e)
        {
            return (null, e.Message);
        }
    }

    private async Task<ScaledResult> SimulateAsync(PublishedRun run, Scale scale, CancellationToken cancel)
    {
        LoadedPlan loaded = ScaledPlan.AtFullSize(Catalogs.Plans(folders).Load(run.Plan));
        Dictionary<string, string> parameters = new(loaded.Plan.Parameters);
        foreach ((string name, string value) in run.Parameters) parameters[name] = loaded.Workload.Check(name, value);
        loaded = loaded with { Plan = OnModel.Plan(loaded.Plan) with { Parameters = parameters }, Command = CommandLine.Typed() };
        Console.Error.WriteLine($"simulating {run.Plan} at {scale.Text}");
        ScaledPlan plan = new(loaded, scale, MachineCatalog.Load(folders, loaded.Plan.Full!.Machine));
        return await new ScaledJob(folders, plan).SimulateAsync(cancel);
    }
}
