using System.CommandLine;
using Harness.Experiments;
using Harness.Records;
using Harness.Targets.Vm;

namespace Harness.Cli;

/// <summary><c>run PLAN</c>: the session, the prediction beside it, the table.</summary>
internal static class RunVerb
{
    public static Command Create(Folders folders)
    {
        Argument<string> plan = CommonOptions.Plan();
        Option<string?> on = new("--on")
        {
            Description = "Run every arm on this target: local, vm:6.1, vm:6.12, vm:/path/to/bzImage",
            HelpName = "TARGET",
        };
        Option<string[]> arms = new("--arm")
        {
            Description = "Another target for one arm; may be given more than once, and the first two named are compared",
            HelpName = "NAME=TARGET",
        };
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
        Option<string?> modules = new("--modules")
        {
            Description = "Modules folder of a vm:/path kernel (as 'make modules_install INSTALL_MOD_PATH=DIR' leaves it)",
            HelpName = "FOLDER",
        };
        Option<bool> freshBoot = new("--fresh-boot") { Description = "Boot a guest for each run instead of once a session" };
        Option<int?> quiet = CommonOptions.Positive("--quiet",
            "Begin each run only while other programs use at most this share of this host's CPUs, in percent; after a minute of waiting the "
            + "run fails as host-busy and is tried once more at the end", 100);
        Option<string?> timeline = new("--timeline")
        {
            Description = "Seconds between two samples of the counters within a run instead of the plan's: 0.01 to 3600, or 0 for none",
            HelpName = "SECONDS",
        };
        Option<string[]> programs = new("--program")
        {
            Description = "Where an external program of the plan's workload is on the target; else PATH is searched",
            HelpName = "NAME=/PATH",
        };
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
        { plan, on, arms, aa, resume, quiet, modules, freshBoot, timeline, programs, json };
        change.AddTo(run);
        constants.AddTo(run);
        run.SetAction((parsed, cancel) =>
        {
            LoadedPlan loaded = Catalogs.Plans(folders).Load(parsed.GetRequiredValue(plan));
            loaded = loaded with { Plan = Retarget(loaded.Plan, parsed.GetValue(on), parsed.GetValue(arms) ?? []) };
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
            VmOptions options = VmOptions.For(changed.Machine, folders) with
            {
                ModulesFolder = parsed.GetValue(modules),
                FreshBoot = parsed.GetValue(freshBoot),
            };
            loaded = loaded with { Workload = At(loaded.Workload, parsed.GetValue(programs) ?? []) };
            loaded = loaded with { Plan = changed, Command = CommandLine.Typed() };
            SessionJob job = new(folders, options, parsed.GetValue(json)) 
            {
                MostBusyPercent = parsed.GetValue(quiet),
                Constants = constants.Read(parsed).Constants,
            };
            return job.RunAsync(loaded, parsed.GetValue(resume), cancel);
        }
    }

    private static Workload At(Workload workload, string[] programs)
    {
        foreach (string program in programs)
        {
            int equals = program.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0) throw new UsageException($"--program takes NAME=/PATH, not '{program}'");
            workload = workload.WithProgram(program[..equals], program[(equals + 1)..]);
        }
        return workload;
    }

    private static double Interval(string text) => Timeline.TryParse(text, out double seconds)
        ? seconds
        : throw new UsageException($"--timeline takes 0 for none, or {Timeline.Intervals} seconds between two samples, not '{text}'");

    internal static Plan Retarget(Plan plan, string? everywhere, string[] changes)
    {
        List<Arm> arms = [.. plan.Arms.Select(arm => everywhere is null ? arm : arm with { Target = everywhere })];
        List<string> named = [];
        foreach (string change in changes)
        {
            int equals = change.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0 || equals == change.Length - 1) throw new UsageException($"--arm takes NAME=TARGET, not '{change}'");
            int place = arms.FindIndex(arm => arm.Name == change[..equals]);
            if (place < 0) throw plan.NoArm(change[..equals]);
            arms[place] = arms[place] with { Target = change[(equals + 1)..] };
            named.Add(change[..equals]);
        }
        // two that are named are the two to compare
        return plan with { Arms = named.Count < 2 ? arms : [.. arms.OrderBy(arm => named.IndexOf(arm.Name) is >= 0 and int at ? at : named.Count)] };
    }
}
