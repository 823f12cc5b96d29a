using Harness.Host.Knobs;
using Harness.Records;

namespace Harness.Agent;

/// <summary><c>knobs list|set|restore</c>, for boxes without .NET and for the unit that runs at boot.</summary>
internal static class KnobsVerb
{
    /// <summary>What the words after <c>knobs</c> ask for, or null when they are none of its verbs.</summary>
    public static Func<ExitCode>? Find(string[] words, Folders folders) => words switch
    {
        ["list"] => () => List(folders),
        ["set", { } name, { } value] => () => Set(folders, name, value),
        ["restore"] => () => new KnobService(folders).Restore(force: false, Console.Out),
        ["restore", "--force"] => () => new KnobService(folders).Restore(force: true, Console.Out),
        _ => null,
    };

    private static ExitCode List(Folders folders)
    {
        foreach (KnobListing knob in new KnobService(folders).List())
        {
            Console.Out.WriteLine($"{knob.State.Knob.Name} {knob.State.Value ?? "-"}{Aside(knob.State.Why)}{Aside(knob.Note)}");
        }
        return ExitCode.Done;
    }

    private static ExitCode Set(Folders folders, string name, string value)
    {
        Console.Out.WriteLine(new KnobService(folders).Set(name, value));
        return ExitCode.Done;
    }

    private static string Aside(string? text) => text is null ? "" : $"  ({text})";
}
