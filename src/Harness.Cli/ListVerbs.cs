using System.CommandLine;
using Harness.Experiments;
using Harness.Records;

namespace Harness.Cli;

/// <summary><c>plans</c>, <c>workloads</c> and <c>machines</c>: what there is to run, and on what.</summary>
internal static class ListVerbs
{
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
            foreach (Plan plan in all)
            {
                Console.Out.WriteLine(plan.Name);
                Console.Out.WriteLine($"    {plan.Title}");
                string arms = string.Join(", ", plan.Arms.Select(arm => $"{arm.Name} on {arm.Target}"));
                Console.Out.WriteLine($"    arms: {arms}; workload: {plan.Workload}");
                if (plan.Shapes.Count > 0) Console.Out.WriteLine($"    shapes: {string.Join(", ", plan.Shapes.Select(Words))}");
                if (plan.Source is not null) Console.Out.WriteLine($"    source: {plan.Source}");
            }
            return (int)ExitCode.Done;
        });
        return plans;
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
            foreach (Workload workload in all)
            {
                Console.Out.WriteLine($"{workload.Name}: {workload.What}");
                foreach (WorkloadParameter parameter in workload.Parameters)
                {
                    Console.Out.WriteLine($"    --{parameter.Name}={parameter.Default}  {parameter.What}");
                }
                foreach (WorkloadMetric metric in workload.Metrics)
                {
                    Console.Out.WriteLine($"    workload.{metric.Name} ({metric.Unit})  {metric.What}");
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
            foreach (MachineDescription machine in all)
            {
                Console.Out.WriteLine($"{machine.Name}: {machine.Title}");
                Console.Out.WriteLine($"    of {machine.Experiment}");
                foreach ((string key, string value, string source) in machine.Values) Console.Out.WriteLine($"    {key} {value}  {source}");
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
