using System.CommandLine;
using Harness.Experiments;
using Harness.Records;
using Harness.Reports;
using Spectre.Console;

namespace Harness.Cli;

/// <summary><c>plans</c>, <c>workloads</c> and <c>machines</c>: what there is to run, and on what.</summary>
internal static class ListVerbs
{
    private const string Indent = "    ";

    public static Command Plans(Folders folders)
    {
        Option<bool> json = CommonOptions.Json();
        Command plans = new("plans", "The plans there are.\n\nExample: ./run.sh plans") { json };
        plans.SetAction(parsed =>
        {
            PlanCatalog catalog = Catalogs.Plans(folders);
            Plan[] all = [.. catalog.Names.Select(name => catalog.Load(name).Plan)];
            if (parsed.GetValue(json))
            {
                CliJson.Print(new { plans = all.Select(Json) });
                return (int)ExitCode.Done;
            }
            IAnsiConsole console = ReportConsole.On(Console.Out);
            foreach (Plan plan in all)
            {
                ReportConsole.Paragraph(console, plan.Name);
                ReportConsole.Paragraph(console, plan.Title, Indent);
                string arms = string.Join(", ", plan.Arms.Select(arm => $"{arm.Name} on {arm.Target}"));
                ReportConsole.Paragraph(console, arms, Indent + "arms      ");
                ReportConsole.Paragraph(console, plan.Workload, Indent + "workload  ");
                if (plan.Shapes.Count > 0)
                    ReportConsole.Paragraph(console, string.Join(", ", plan.Shapes.Select(Words)), Indent + "shapes    ");
                if (plan.Source is not null) ReportConsole.Paragraph(console, plan.Source, Indent + "source    ");
            }
            return (int)ExitCode.Done;
        });
        return plans;
    }

    // a name, and what it is beside it or, when the name is long, below it
    private static void Described(IAnsiConsole console, string name, string what)
    {
        const int beside = 26;
        string lead = Indent + name;
        if (lead.Length > beside)
        {
            ReportConsole.Paragraph(console, name, Indent);
            lead = "";
        }
        ReportConsole.Paragraph(console, what, lead.PadRight(beside) + "  ");
    }

    private static string Words(PlanShape shape) => shape.HeldOut ? $"{shape.Name} (held out)" : shape.Name;

    private static object Json(Plan plan) => new
    {
        plan.Name,
        plan.Title,
        plan.Source,
        plan.Workload,
        Arms = plan.Arms.Select(arm => new { arm.Name, arm.Target }),
        plan.Shapes,
    };

    public static Command Workloads(Folders folders)
    {
        Option<bool> json = CommonOptions.Json();
        Command workloads = new("workloads", "The workloads there are, with their parameters and metrics.\n\nExample: ./run.sh workloads")
        {
            json,
        };
        workloads.SetAction(parsed =>
        {
            IReadOnlyList<Workload> all = WorkloadCatalog.List(folders);
            if (parsed.GetValue(json))
            {
                CliJson.Print(new { workloads = all });
                return (int)ExitCode.Done;
            }
            IAnsiConsole console = ReportConsole.On(Console.Out);
            foreach (Workload workload in all)
            {
                ReportConsole.Paragraph(console, $"{workload.Name}: {workload.What}");
                foreach (WorkloadParameter parameter in workload.Parameters)
                {
                    Described(console, $"--{parameter.Name}={parameter.Default}", parameter.What);
                }
                foreach (WorkloadMetric metric in workload.Metrics)
                {
                    Described(console, $"workload.{metric.Name} ({metric.Unit})", metric.What);
                }
            }
            return (int)ExitCode.Done;
        });
        return workloads;
    }

    public static Command Machines(Folders folders)
    {
        Option<bool> json = CommonOptions.Json();
        Command machines = new("machines",
            "The machines of the published experiments as the model takes them, each value with its source.\n\nExample: ./run.sh machines")
        {
            json,
        };
        machines.SetAction(parsed =>
        {
            MachineDescription[] all = [.. MachineCatalog.Names(folders).Select(name => MachineCatalog.Load(folders, name))];
            if (parsed.GetValue(json))
            {
                CliJson.Print(new { machines = all.Select(Json) });
                return (int)ExitCode.Done;
            }
            IAnsiConsole console = ReportConsole.On(Console.Out);
            foreach (MachineDescription machine in all)
            {
                ReportConsole.Paragraph(console, $"{machine.Name}: {machine.Title}");
                ReportConsole.Paragraph(console, $"of {machine.Experiment}", Indent);
                foreach ((string key, string value, string source) in machine.Values) Described(console, $"{key} {value}", source);
            }
            return (int)ExitCode.Done;
        });
        return machines;
    }

    private static object Json(MachineDescription machine) => new
    {
        machine.Name,
        machine.Title,
        machine.Experiment,
        machine.ThreadsPerCore,
        machine.Tlb,
        machine.ClockMHz,
        machine.Nodes,
        machine.Storage,
    };
}
