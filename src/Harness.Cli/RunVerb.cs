using System.CommandLine;
using Harness.Experiments;
using Harness.Records;

namespace Harness.Cli;

/// <summary><c>run PLAN</c>: the session, the prediction beside it, the table.</summary>
internal static class RunVerb
{
    public static Command Create(Folders folders)
    {
        Argument<string> plan = CommonOptions.Plan();
        Option<string?> aa = new("--aa")
        {
            Description = "Run one arm on both sides (the plan's first, or the one named) and show the noise floor of each counter",
            HelpName = "ARM",
            Arity = ArgumentArity.ZeroOrOne,
        };
        Option<bool> resume = new("--resume")
        {
            Description = "Take up the newest unfinished session of this plan; runs that are over are not run again",
        };
        Option<string?> timeline = new("--timeline")
        {
            Description = "Seconds between two samples of the counters within a run instead of the plan's: 0.01 to 3600, or 0 for none",
            HelpName = "SECONDS",
        };
        TargetOptions targets = new();
        PlanOptions change = new();
        ConstantsOption constants = new(folders);
        Option<bool> json = CommonOptions.Json();
        Command run = new("run",
            """
            Runs a plan: its arms interleaved, each run's counters stored, compared and held against the model.

            Examples:
              ./run.sh run migrate-batching
              ./run.sh run migrate-batching --arm after=vm:/boot/vmlinuz-6.18 --pairs 10
              ./run.sh run migrate-batching --on local
              ./run.sh run migrate-batching --set threads=3 --vcpus 8 --slow-mib 1024
              ./run.sh run migrate-batching --shape two-cpus
              ./run.sh run migrate-batching --shape all
              ./run.sh run migrate-batching --aa --pairs 10
              ./run.sh run migrate-batching --quiet 10
              ./run.sh run migrate-batching --timeline 0.1
              ./run.sh run migrate-batching --resume
              ./run.sh run stress-ng --program stress-ng=/opt/stress-ng/stress-ng
            """)
        { plan, aa, resume, timeline, json };
        targets.AddTo(run);
        change.AddTo(run);
        constants.AddTo(run);
        run.SetAction((parsed, cancel) =>
        {
            LoadedPlan loaded = targets.Apply(Catalogs.Plans(folders).Load(parsed.GetRequiredValue(plan)), parsed);
            bool oneByOne = change.Shape(parsed) == PlanShape.All;
            if (oneByOne && (parsed.GetValue(json) || parsed.GetValue(resume)))
                throw new UsageException("--shape all runs a session for each shape: leave out --json and --resume, or name one shape");
            string?[] shapes = oneByOne ? [null, .. loaded.Plan.Shapes.Select(shape => shape.Name)] : [change.Shape(parsed)];
            return RunAllAsync(shapes, parsed, loaded, cancel);
        });
        return run;

        async Task<int> RunAllAsync(string?[] shapes, ParseResult parsed, LoadedPlan loaded, CancellationToken cancel)
        {
            int worst = 0;
            foreach (string? shape in shapes) worst = Math.Max(worst, await RunAsync(shape, parsed, loaded, cancel));
            return worst;
        }

        Task<int> RunAsync(string? shape, ParseResult parsed, LoadedPlan loaded, CancellationToken cancel)
        {
            Plan changed = change.Apply(loaded, parsed, shape);
            if (parsed.GetResult(aa) is not null) changed = changed.WithOneArmTwice(parsed.GetValue(aa));
            if (parsed.GetValue(timeline) is { } interval) changed = changed with { TimelineSeconds = Interval(interval) };
            loaded = loaded with { Plan = changed, Command = CommandLine.Typed() };
            SessionJob job = new(folders, targets.Guests(changed, folders, parsed), parsed.GetValue(json))
            {
                MostBusyPercent = targets.MostBusyPercent(parsed),
                Constants = constants.Read(parsed).Constants,
            };
            return job.RunAsync(loaded, parsed.GetValue(resume), cancel);
        }
    }

    private static double Interval(string text) => Timeline.TryParse(text, out double seconds)
        ? seconds
        : throw new UsageException($"--timeline takes 0 for none, or {Timeline.Intervals} seconds between two samples, not '{text}'");
}
