using System.CommandLine;
using Harness.Experiments;
using Harness.Records;
using Harness.Targets.Vm;

namespace Harness.Cli;

/// <summary>Options on where and when a plan's runs are executed: targets, guests, programs, how busy this host may be.</summary>
internal sealed class TargetOptions
{
    private readonly Option<string?> on = new("--on")
    {
        Description = "Run every arm on this target: local, vm:6.1, vm:6.12, vm:/path/to/bzImage",
        HelpName = "TARGET",
    };
    private readonly Option<string[]> arms = new("--arm")
    {
        Description = "Another target for one arm; may be given more than once, and the first two named are compared",
        HelpName = "NAME=TARGET",
    };
    private readonly Option<string?> modules = new("--modules")
    {
        Description = "Modules folder of a vm:/path kernel (as 'make modules_install INSTALL_MOD_PATH=DIR' leaves it)",
        HelpName = "FOLDER",
    };
    private readonly Option<bool> freshBoot = new("--fresh-boot") { Description = "Boot a guest for each run instead of once a session" };
    private readonly Option<string[]> programs = new("--program")
    {
        Description = "Where an external program of the plan's workload is on the target; else PATH is searched",
        HelpName = "NAME=/PATH",
    };
    private readonly Option<int?> quiet = CommonOptions.Positive("--quiet",
        "Begin each run only while other programs use at most this share of this host's CPUs, in percent; after a minute of waiting the "
        + "run fails as host-busy and is tried once more at the end", 100);

    public void AddTo(Command command)
    {
        foreach (Option option in new Option[] { on, arms, modules, freshBoot, programs, quiet }) command.Options.Add(option);
    }

    /// <summary>The plan with its arms and programs where the command line says.</summary>
    /// <exception cref="UsageException">There is no such arm or program, or a value has another form.</exception>
    public LoadedPlan Apply(LoadedPlan loaded, ParseResult parsed) => loaded with
    {
        Plan = Retarget(loaded.Plan, parsed.GetValue(on), parsed.GetValue(arms) ?? []),
        Workload = At(loaded.Workload, parsed.GetValue(programs) ?? []),
    };

    /// <summary>How the plan's guests are built.</summary>
    public VmOptions Guests(Plan plan, Folders folders, ParseResult parsed) => VmOptions.For(plan.Machine, folders) with
    {
        ModulesFolder = parsed.GetValue(modules),
        FreshBoot = parsed.GetValue(freshBoot),
    };

    /// <summary>What other programs may use of this host's CPUs when a run begins, in percent; null lets any run begin.</summary>
    public int? MostBusyPercent(ParseResult parsed) => parsed.GetValue(quiet);

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

    private static Plan Retarget(Plan plan, string? everywhere, string[] changes)
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
