using Harness.Host.Knobs;
using Harness.Records;

namespace Harness.Host.Tests;

/// <summary>
/// A host on which a scenario is run with faults, and the check of what they left. Every process of a scenario is a call of
/// <see cref="Process"/>; a kill ends it and all that were to follow.
/// </summary>
internal sealed class KnobsInjection : IDisposable
{
    private static readonly (string Knob, string Path, string Boot)[] Watched =
    [
        ("numa_balancing", "/proc/sys/kernel/numa_balancing", "1"),
        ("demotion_enabled", "/sys/kernel/mm/numa/demotion_enabled", "false"),
        ("thp_enabled", "/sys/kernel/mm/transparent_hugepage/enabled", "madvise"),
    ];

    private readonly KnobsFakeHost host = new();
    private readonly KnobsFaultyDisk disk;
    private readonly KnobTree tree;
    private readonly List<string> said = [];
    private readonly List<string> lost = [];
    private bool foreign;
    private bool foreignOnOurs;

    internal KnobsInjection(KnobsScenario scenario, Func<KnobsFaults, string, KnobsFaultyDisk>? mutant = null)
    {
        Directory.CreateDirectory(host.Home);
        scenario.Before(host);
        disk = (mutant ?? ((faults, home) => new KnobsFaultyDisk(faults, home)))(Faults, host.Home).Settled();
        tree = new FaultyTree(host.Root, Faults, disk);
        Faults.Foreign = SetByForeigner;
    }

    internal KnobsFaults Faults { get; } = new();

    internal string Home => host.Home;

    /// <summary>Whether a power cut now would lose anything.</summary>
    internal bool HasUnsynced => disk.HasUnsynced;

    internal KnobService Service => new(Home, tree, new Journal(Home, disk));

    /// <summary>The knobs of a run, as <c>HostRun</c> uses them.</summary>
    internal RunKnobs RunKnobs => new(new KnobChanges(new Journal(Home, disk), tree));

    internal Knob Knob(string name) => tree.Find(name);

    /// <summary>A report that the process prints.</summary>
    internal void Say(IEnumerable<RestoreReport> reports) => said.AddRange(reports.Select(report => report.Message));

    /// <summary>One process: what it refuses it says, and the next one is started.</summary>
    internal void Process(Action body)
    {
        try
        {
            body();
        }
        catch (HarnessException e)
        {
            said.Add(e.Message);
        }
    }

    /// <summary>The scenario until its end or the fault that ends it; then the crash, if there was one.</summary>
    internal void Run(Action<KnobsInjection> body, KnobsRemains remains)
    {
        try
        {
            body(this);
        }
        catch (KnobsKilledException)
        {
            if (Faults.Ended == KnobsFault.Kill) return;
            disk.Lose(remains);
            if (Faults.Ended == KnobsFault.PowerCut) Reboot();
        }
    }

    /// <summary>Each knob that does not have the value it had at the beginning, in words.</summary>
    internal IEnumerable<string> Changed() =>
        Watched.Where(knob => Value(knob.Knob) != knob.Boot).Select(knob => $"{knob.Knob} is {Value(knob.Knob)}, was {knob.Boot}");

    /// <summary>The next start and <c>knobs restore</c> on a healthy host, and what is wrong after them; nothing when all is well.</summary>
    internal IEnumerable<string> Recover()
    {
        Faults.At = (_, _) => null;
        Faults.Heal();
        Process(() => Say(Service.RestoreAtStart()));
        Process(() => Say(Service.RestoreAll(force: false)));

        // A report that was lost with its process is still in the journal.
        Process(() => said.AddRange(Service.List().Select(knob => $"{knob.State.Knob.Name} {knob.Note}")));
        foreach (string wrong in Changed())
        {
            if (!(foreign && wrong.StartsWith("numa_balancing is 0,", StringComparison.Ordinal))) yield return wrong;
        }
        if (foreignOnOurs && !said.Exists(IsAboutForeigner)) yield return "nobody was told that somebody else had set numa_balancing to 0";
        foreach (string knob in lost.Where(knob => !said.Exists(line => IsAboutReboot(line, knob))))
        {
            yield return $"nobody was told that {knob} was changed when the power failed";
        }
        foreach (string line in said.Where(line => line.Contains('\n', StringComparison.Ordinal))) yield return $"not one line: {line}";
        foreach (string wrong in Journal()) yield return wrong;
    }

    public void Dispose() => host.Dispose();

    private static bool IsAboutReboot(string line, string knob) =>
        line.Contains(knob, StringComparison.Ordinal) && line.Contains("reboot", StringComparison.Ordinal);

    private static bool IsAboutForeigner(string line) => line.Contains("numa_balancing", StringComparison.Ordinal)
        && (line.Contains("to 0 by somebody else", StringComparison.Ordinal) || line.Contains("reads back as 0", StringComparison.Ordinal)
            || line.Contains("(was 0)", StringComparison.Ordinal));

    private IEnumerable<string> Journal()
    {
        string? refused = null;
        try
        {
            if (new Journal(Home).Read().Open.Count > 0) refused = "the journal still has an open entry";

            // And it goes on: a later change is noted and undone like any other.
            host.Knobs.Set("demotion_enabled", "true");
            host.Knobs.RestoreAll(force: false);
            if (host.Value("demotion_enabled") != "false") refused = "after all this a knob is not restored any more";
        }
        catch (HarnessException e)
        {
            refused = e.Message;
        }
        if (refused is not null) yield return refused;
    }

    private string Value(string knob) => host.Value(knob);

    private void SetByForeigner()
    {
        foreign = true;
        foreignOnOurs = Value("numa_balancing") != "1";
        host.Put("/proc/sys/kernel/numa_balancing", "0\n");
    }

    private void Reboot()
    {
        lost.AddRange(Watched.Where(knob => Value(knob.Knob) != knob.Boot).Select(knob => knob.Knob));
        host.Put("/proc/sys/kernel/random/boot_id", $"boot-{Guid.NewGuid():N}\n");
        host.Put("/proc/sys/kernel/numa_balancing", "1\n");
        host.Put("/sys/kernel/mm/numa/demotion_enabled", "false\n");
        host.Put("/sys/kernel/mm/transparent_hugepage/enabled", "always [madvise] never\n");
    }

    private sealed class FaultyTree(string root, KnobsFaults faults, KnobsFaultyDisk disk) : KnobsFakeHost.FakeTree(root)
    {
        // Each process of a scenario is gone when the next one looks.
        internal override bool Runs(ProcessIdentity process) => false;

        internal override string ReadText(string path)
        {
            faults.Step(KnobsStep.KernelRead);
            return base.ReadText(path);
        }

        internal override void Write(string path, string value)
        {
            faults.Step(KnobsStep.KernelWrite);
            base.Write(path, value);
            foreach (Action late in disk.Late) late();
            disk.Late.Clear();
        }
    }
}
