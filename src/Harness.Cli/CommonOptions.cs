using System.CommandLine;
using Harness.Experiments;
using Harness.Records;

namespace Harness.Cli;

/// <summary>Options that several verbs share, so that each reads and behaves the same everywhere.</summary>
internal static class CommonOptions
{
    public static Option<bool> Json() => new("--json")
    {
        Description = "One JSON object on standard output; everything else goes to standard error",
    };

    public static Argument<string> Plan() => new("plan") { Description = "A plan's name (see 'plans') or the path of a plan file" };

    public static Option<string?> Session() => new("--session")
    {
        Description = "A stored session's id instead of the last one",
        HelpName = "ID",
    };

    public static Option<string[]> Set() => new("--set")
    {
        Description = "Another value for a workload parameter of the plan; may be given more than once",
        HelpName = "NAME=VALUE",
    };

    /// <summary>The plan's parameters with what <c>--set</c> says of them.</summary>
    /// <exception cref="UsageException">No such parameter, or it does not take such a value.</exception>
    public static IReadOnlyDictionary<string, string> Apply(
        string[] changes, IReadOnlyDictionary<string, string> parameters, Workload workload)
    {
        Dictionary<string, string> changed = new(parameters);
        foreach (string change in changes)
        {
            string[] parts = change.Split('=', 2);
            if (parts.Length != 2) throw new UsageException($"--set takes NAME=VALUE, not '{change}'");
            changed[parts[0]] = workload.Check(parts[0], parts[1]);
        }
        return changed;
    }

    public static Option<int?> Pairs() => Positive("--pairs", "Pairs of runs instead of the plan's number", 1000);

    /// <summary>A whole number from 1 to <paramref name="most"/>; anything else is refused with one line.</summary>
    public static Option<int?> Positive(string name, string description, int most)
    {
        Option<int?> option = new(name) { Description = description };
        option.Validators.Add(result =>
        {
            string text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
            bool valid = int.TryParse(text, out int value) && value >= 1 && value <= most;
            if (!valid) result.AddError($"{name} takes a whole number from 1 to {most}, not '{text}'");
        });
        return option;
    }
}
