using System.CommandLine;
using Harness.Host.Knobs;
using Harness.Records;
using Harness.Reports;
using Spectre.Console;

namespace Harness.Cli;

/// <summary><c>knobs list|set|restore</c>.</summary>
internal static class KnobsVerb
{
    public static Command Create(Folders folders) => new("knobs",
        """
        Kernel settings this tool can change, and the journal that puts them back.

        Examples:
          ./run.sh knobs list
          ./run.sh knobs set numa_balancing 2
          ./run.sh knobs restore
        """)
    {
        List(folders),
        Set(folders),
        Restore(folders),
    };

    private static Command List(Folders folders)
    {
        Option<bool> json = CommonOptions.Json();
        Command list = new("list", "Every knob with its value here, why it cannot be used, and what the journal says of it") { json };
        list.SetAction(parsed =>
        {
            IReadOnlyList<KnobListing> knobs = new KnobService(folders).List();
            if (parsed.GetValue(json)) CliJson.Print(new { knobs = knobs.Select(Json) });
            else Print(knobs);
            return (int)ExitCode.Done;
        });
        return list;
    }

    private static Command Set(Folders folders)
    {
        Argument<string> name = new("name") { Description = "The knob, as 'knobs list' prints it" };
        Argument<string> value = new("value") { Description = "The value, as the kernel's file takes it" };
        Command set = new("set", "Sets a knob on this host until 'knobs restore'; the old value is kept in the journal first")
        {
            name,
            value,
        };
        set.SetAction(parsed =>
        {
            Console.Out.WriteLine(new KnobService(folders).Set(parsed.GetRequiredValue(name), parsed.GetRequiredValue(value)));
            return (int)ExitCode.Done;
        });
        return set;
    }

    private static Command Restore(Folders folders)
    {
        Option<bool> force = new("--force") { Description = "Also overwrite values that another process has set since" };
        Command restore = new("restore", "Puts back every knob that is still changed, the last change first") { force };
        restore.SetAction(parsed => (int)new KnobService(folders).Restore(parsed.GetValue(force), Console.Out));
        return restore;
    }

    internal static object Json(KnobListing listing) => new
    {
        name = listing.State.Knob.Name,
        path = listing.State.Knob.Path,
        does = listing.State.Knob.Does,
        moves = listing.State.Knob.Moves,
        proofs = listing.State.Knob.Proofs,
        availability = listing.State.Availability,
        value = listing.State.Value,
        accepts = listing.State.Accepts,
        unit = listing.State.Knob.Unit,
        why = listing.State.Why,
        journal = listing.Note,
    };

    private static void Print(IReadOnlyList<KnobListing> knobs)
    {
        IAnsiConsole console = ReportConsole.On(Console.Out);
        int width = knobs.Max(knob => knob.State.Knob.Name.Length);
        foreach (KnobListing knob in knobs)
        {
            string value = knob.State.Value is { } there ? $"{there}  ({knob.State.Accepts})" : "-";
            ReportConsole.Paragraph(console, value, $"{knob.State.Knob.Name.PadRight(width)}  ");
            foreach (string? line in new[] { knob.State.Why, knob.Note })
            {
                if (line is not null) ReportConsole.Paragraph(console, line, "    ");
            }
        }
    }
}
