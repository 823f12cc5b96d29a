using Harness.Host.Knobs;
using Harness.Records;

namespace Harness.Host.Tests;

/// <summary>Something done to knobs, to be done once for every fault at every step of it.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Before">What was done before, without faults.</param>
/// <param name="Body">What is done with faults.</param>
/// <param name="EndsRestored">Whether it puts back itself what it changed, so that no fault of the disk alone may keep a knob
/// changed.</param>
internal sealed record KnobsScenario(string Name, Action<KnobsFakeHost> Before, Action<KnobsInjection> Body, bool EndsRestored)
{
    internal static KnobsScenario Single { get; } =
        new("a run with one knob", Nothing, host => Run(host, ("numa_balancing", "2")), EndsRestored: true);

    internal static IReadOnlyList<KnobsScenario> All { get; } =
    [
        Single,
        new("a run with three knobs", Nothing,
            host => Run(host, ("numa_balancing", "2"), ("demotion_enabled", "true"), ("thp_enabled", "never")), EndsRestored: true),
        new("two runs of one session", Nothing,
            host =>
            {
                Run(host, ("numa_balancing", "2"));
                Run(host, ("numa_balancing", "3"));
            },
            EndsRestored: false),
        new("knobs set, knobs restore", Nothing,
            host =>
            {
                Set(host, "numa_balancing", "2");
                Restore(host);
            },
            EndsRestored: false),
        new("a run on what a user has set twice", Nothing,
            host =>
            {
                Set(host, "numa_balancing", "2");
                Set(host, "numa_balancing", "3");
                Run(host, ("numa_balancing", "2"));
                Restore(host);
            },
            EndsRestored: false),
        new("the start after a killed run", host => host.SetByDeadRun("numa_balancing", "2"), Start, EndsRestored: false),
        new("a start, then a run, after a killed run with two knobs", Dead,
            host =>
            {
                Start(host);
                Run(host, ("demotion_enabled", "true"));
            },
            EndsRestored: false),
        new("the journal is cut", Long, host => Run(host, ("numa_balancing", "2")), EndsRestored: true),
        new("the journal is cut while a user's change stands",
            host =>
            {
                host.Knobs.Set("thp_enabled", "never");
                Long(host);
            },
            host =>
            {
                Run(host, ("numa_balancing", "2"));
                Restore(host);
            },
            EndsRestored: false),
    ];

    public override string ToString() => Name;

    private static void Nothing(KnobsFakeHost host)
    {
    }

    private static void Dead(KnobsFakeHost host)
    {
        host.SetByDeadRun("numa_balancing", "2");
        host.SetByDeadRun("thp_enabled", "always");
    }

    // One change short of the length at which the journal is cut. Written in one piece: a hundred changes one by one take long.
    private static void Long(KnobsFakeHost host)
    {
        Journal journal = new(host.Home);
        host.Changes.Undo([host.Changes.Set(host.Tree.Find("demotion_enabled"), "true", KnobOwner.Run)!], force: false, RestoredBy.Owner);
        JournalEntry entry = journal.Read().LastClosed["demotion_enabled"].Entry;
        JournalClosing closing = journal.Read().LastClosed["demotion_enabled"].Closing;
        using StringWriter text = new();
        for (long id = entry.Id + 1; text.GetStringBuilder().Length < 65 * 1024; id++)
        {
            text.Write(Journal.Text(new JournalLine { Set = entry with { Id = id } }));
            text.Write(Journal.Text(new JournalLine { Closed = closing with { Id = id } }));
        }
        File.AppendAllText(host.JournalPath, text.ToString());
    }

    // As HostRun has it.
    private static void Run(KnobsInjection host, params (string Knob, string Value)[] knobs) => host.Process(() =>
    {
        using HostLock held = HostLock.Take(host.Home);
        host.Say(host.Service.Settle());
        RunKnobs run = host.RunKnobs;
        string? trouble;
        try
        {
            run.Apply([.. knobs.Select(knob => (host.Knob(knob.Knob), knob.Value))]);
        }
        catch (RunFailedException e)
        {
            trouble = run.Restore();
            throw new RunFailedException(e.Kind, $"{e.Message}; {trouble}");
        }
        trouble = run.Restore();
        if (trouble is not null) throw new RunFailedException(FailureKind.KnobRefused, trouble);
    });

    private static void Set(KnobsInjection host, string knob, string value) => host.Process(() => host.Service.Set(knob, value));

    private static void Restore(KnobsInjection host) => host.Process(() => host.Say(host.Service.RestoreAll(force: false)));

    private static void Start(KnobsInjection host) => host.Process(() => host.Say(host.Service.RestoreAtStart()));
}
