using System.CommandLine;
using Harness.Experiments;
using Harness.Records;
using Harness.Reports;

namespace Harness.Cli;

/// <summary><c>nightly PLAN…</c>: runs plans, and judges each by the nights before.</summary>
internal static class NightlyVerb
{
    public static Command Create(Folders folders)
    {
        Argument<string[]> plans = new("plans")
        {
            Description = "Plans by name (see 'plans') or by the path of a plan file",
            Arity = ArgumentArity.OneOrMore,
        };
        Option<int?> pairs = CommonOptions.Pairs();
        Option<string?> shape = new("--shape")
        {
            Description = "One of the plans' shapes, each with a history of its own, or all",
            HelpName = "SHAPE",
        };
        Option<string?> box = Box();
        Option<string?> output = new("--out")
        {
            Description = "Folder for junit.xml, nightly.json and summary.md; a new one below the data folder's 'nightly' when left out",
            HelpName = "FOLDER",
        };
        Option<string?> otlp = new("--otlp")
        {
            Description = "Send metrics to this OTLP collector; OTEL_EXPORTER_OTLP_ENDPOINT when left out",
            HelpName = "URL",
        };
        Option<bool> judgeOnly = new("--judge-only") { Description = "Run nothing: judge the newest night that is stored" };
        TargetOptions targets = new();
        Option<bool> json = CommonOptions.Json();
        Command nightly = new("nightly",
            """
            Runs plans and judges each by this box's own nights before. A counter that became worse, and stayed so or has a cause that is
            known to have changed, is a regression: it is reported every night until it is back or was accepted (see 'history accept').
            An arm on another target keeps its history, and the target is then named as a likely cause. Leaves with 1 when a counter regressed,
            with 4 when a run failed, with the worst of all plans. Parameters are not changed here: what is to be watched belongs into a plan
            or a shape of one.

            Examples:
              ./run.sh nightly migrate-batching
              ./run.sh nightly migrate-batching luf-llama --out /srv/tonight
              ./run.sh nightly migrate-batching --arm after=vm:/boot/vmlinuz-6.18
              ./run.sh nightly migrate-batching --judge-only --json
            """)
        { plans, pairs, shape, box, output, otlp, judgeOnly, json };
        targets.AddTo(nightly);
        nightly.SetAction(async (parsed, cancel) =>
        {
            Uri? collector = NightlyMetrics.Endpoint(parsed.GetValue(otlp));
            DateTimeOffset began = DateTimeOffset.UtcNow;
            NightlyJob job = new(folders, BoxOf(parsed, box))
            {
                Guests = plan => targets.Guests(plan, folders, parsed),
                MostBusyPercent = targets.MostBusyPercent(parsed),
                JudgeOnly = parsed.GetValue(judgeOnly),
            };
            LoadedPlan Change(LoadedPlan loaded)
            {
                loaded = targets.Apply(loaded, parsed);
                return loaded with
                {
                    Plan = loaded.Plan with { Pairs = parsed.GetValue(pairs) ?? loaded.Plan.Pairs },
                    Command = CommandLine.Typed(),
                };
            }
            NightlyFolder folder = NightlyFolder.Create(parsed.GetValue(output) ?? NightlyFolder.Default(folders, began));
            List<NightlyPlan> done = [];
            foreach (string name in parsed.GetRequiredValue(plans))
                done.AddRange(await job.RunAsync(name, parsed.GetValue(shape), Change, cancel));
            NightlyReport report = new() { Box = job.Box, Began = began, ExitCode = done.Max(plan => plan.ExitCode), Plans = done };
            if (parsed.GetValue(json)) Console.Out.WriteLine(NightlyJson.Write(report));
            else NightlyConsole.Write(ReportConsole.On(Console.Out), report);
            folder.Write(report);
            IReadOnlyList<string> pages = folder.WritePages(folders, report);
            if (!parsed.GetValue(json))
            {
                Console.Out.WriteLine($"\nnight    {folder.Path}");
                foreach (string page in pages) Console.Out.WriteLine($"page     {page}");
            }
            if (collector is not null && !NightlyMetrics.Send(report, parsed.GetValue(otlp)))
                Console.Error.WriteLine($"note: no metrics were sent: the collector at {collector} did not take them");
            return report.ExitCode;
        });
        return nightly;
    }

    /// <summary><c>--box</c>.</summary>
    public static Option<string?> Box() => new("--box")
    {
        Description = "What this box is called in its history; its host name when left out",
        HelpName = "NAME",
    };

    /// <summary>The box that the command line names, or this host.</summary>
    /// <exception cref="UsageException">It is named with nothing.</exception>
    public static string BoxOf(ParseResult parsed, Option<string?> box)
    {
        string name = (parsed.GetValue(box) ?? Environment.MachineName).Trim();
        return name.Length > 0 ? name : throw new UsageException("--box takes a name");
    }
}
