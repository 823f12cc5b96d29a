using System.CommandLine;
using Harness.Experiments;
using Harness.Records;

namespace Harness.Cli;

/// <summary><c>calibrate PLAN…</c>: fits the model's free constants to stored sessions.</summary>
internal static class CalibrateVerb
{
    public static Command Create(Folders folders)
    {
        Argument<string[]> plans = new("plan") { Description = "Plans with shapes, by name or path", Arity = ArgumentArity.OneOrMore };
        Option<string[]> holdOut = new("--hold-out")
        {
            Description = "A shape to hold out besides those that the plans hold out, own for a plan's own; repeatable",
            HelpName = "[PLAN/]SHAPE",
        };
        Option<int?> folds = CommonOptions.Positive("--folds", "Also cross-validate over that many folds of the fitted shapes: a fit each", 32);
        Option<bool> measure = new("--measure") { Description = "Run the shapes that have no stored session yet" };
        Option<int?> pairs = CommonOptions.Pairs();
        pairs.Description = "With --measure: pairs of runs instead of the plan's number";
        Option<string?> output = new("-o", "--output")
        {
            Description = $"The file of constants instead of {FittedFile.OfThisHost(folders)}, from where run and validate take it",
        };
        Option<bool> json = CommonOptions.Json();
        Command calibrate = new("calibrate",
            """
            Fits the model's free constants to the last session of each shape of the plans, holds the fit against the shapes held out, and writes
            the constants with their intervals, and what they were fitted to, to a file. What the data cannot tell stays as assumed.

            Examples:
              ./run.sh calibrate migrate-batching --measure
              ./run.sh calibrate migrate-batching promotion-scan --hold-out two-cpus --folds 3 -o guest.json
            """)
        { plans, holdOut, folds, measure, pairs, output, json };
        calibrate.SetAction((parsed, cancel) =>
        {
            if (parsed.GetValue(pairs) is not null && !parsed.GetValue(measure)) throw new UsageException("--pairs goes with --measure");
            CalibrateJob job = new(folders)
            {
                HoldOut = parsed.GetValue(holdOut) ?? [],
                FoldCount = parsed.GetValue(folds),
                Measure = parsed.GetValue(measure),
                Pairs = parsed.GetValue(pairs),
                Output = parsed.GetValue(output) ?? FittedFile.OfThisHost(folders),
            };
            return job.RunAsync(parsed.GetRequiredValue(plans), parsed.GetValue(json), cancel);
        });
        return calibrate;
    }
}
