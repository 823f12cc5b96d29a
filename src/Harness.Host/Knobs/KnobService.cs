using System.Globalization;
using Harness.Records;

namespace Harness.Host.Knobs;

/// <summary>A knob as <c>knobs list</c> shows it.</summary>
public sealed record KnobListing
{
    /// <summary>The knob as this host has it now.</summary>
    public required KnobState State { get; init; }

    /// <summary>The latest change that has not been undone, or null.</summary>
    public JournalEntry? Open { get; init; }

    /// <summary>The latest change that is over, or null; its end is <see cref="LastClosing"/>.</summary>
    public JournalEntry? Last { get; init; }

    /// <summary>How the latest change that is over ended, or null.</summary>
    public JournalClosing? LastClosing { get; init; }

    /// <summary>The journal's word on this knob in one line, or null when there is none.</summary>
    public string? Note { get; init; }
}

/// <summary>What the command line does with knobs. Every start of the program prints <see cref="NotesAtStart"/> first.</summary>
public sealed class KnobService
{
    private readonly string home;
    private readonly Journal journal;
    private readonly KnobTree tree;
    private readonly KnobChanges changes;

    /// <summary>The knobs of this host, with the journal in <see cref="Folders.Home"/>.</summary>
    public KnobService(Folders folders) : this(folders.Home, new KnobTree())
    {
    }

    internal KnobService(string home, KnobTree tree) : this(home, tree, new Journal(home))
    {
    }

    internal KnobService(string home, KnobTree tree, Journal journal)
    {
        this.home = home;
        this.journal = journal;
        this.tree = tree;
        changes = new KnobChanges(journal, tree);
    }

    /// <summary>
    /// All knobs with their values here and what the journal says of them. Of a journal that cannot be read <see cref="NotesAtStart"/>
    /// has told; the values are listed all the same.
    /// </summary>
    public IReadOnlyList<KnobListing> List()
    {
        JournalContent content;
        try
        {
            content = journal.Read();
        }
        catch (HostCannotException)
        {
            content = new JournalContent();
        }
        return [.. tree.Knobs().Select(knob => Listing(knob, content))];
    }

    /// <summary>Sets a knob until <c>knobs restore</c> puts it back.</summary>
    /// <param name="name">The knob.</param>
    /// <param name="value">The value.</param>
    /// <returns>One line that says what was done.</returns>
    /// <exception cref="UsageException">No such knob, or it does not take such a value.</exception>
    /// <exception cref="HostCannotException">It cannot be set here, another session holds the host, or as for <see cref="Settle"/>.
    /// </exception>
    public string Set(string name, string value)
    {
        Knob knob = tree.Find(name);
        using HostLock held = HostLock.Take(home);
        Settle();
        List<JournalEntry> made = [];
        try
        {
            foreach (JournalEntry entry in changes.SetWhole(knob, value, KnobOwner.User)) made.Add(entry);
        }
        catch (HarnessException)
        {
            changes.Undo(made, force: false, RestoredBy.Owner);
            throw;
        }
        return made switch
        {
            [] => $"knob {name} has that value already",
            [{ } entry] => $"knob {name} set to {entry.New} (was {entry.Old}); 'knobs restore' puts it back",
            _ => $"knob {name} set to {value} in {made.Count} steps; 'knobs restore' undoes them",
        };
    }

    /// <summary>Puts back every knob that is still changed, the last change first.</summary>
    /// <param name="force">Overwrites values that somebody else has set since.</param>
    /// <exception cref="HostCannotException">The journal is damaged, or another session holds the host.</exception>
    public IReadOnlyList<RestoreReport> RestoreAll(bool force)
    {
        using HostLock held = HostLock.Take(home);
        return changes.Undo(journal.Read().Open, force, RestoredBy.Command);
    }

    /// <summary>What <c>knobs restore</c> does and says, for every program that has the verb.</summary>
    /// <param name="force">As for <see cref="RestoreAll"/>.</param>
    /// <param name="told">Takes one line a knob.</param>
    /// <returns><see cref="ExitCode.HostCannot"/> when somebody has to act on something.</returns>
    /// <exception cref="HostCannotException">As for <see cref="RestoreAll"/>.</exception>
    public ExitCode Restore(bool force, TextWriter told)
    {
        IReadOnlyList<RestoreReport> reports = RestoreAll(force);
        foreach (RestoreReport report in reports) told.WriteLine(report.Message);
        if (reports.Count == 0) told.WriteLine("nothing to restore: no knob is changed");
        return reports.Any(report => report.Pending) ? ExitCode.HostCannot : ExitCode.Done;
    }

    /// <summary>
    /// What every start of the program does first: puts back what a run left changed whose process is gone, and says so. Costs one look for
    /// a file when there is nothing to do.
    /// </summary>
    /// <returns>Notes to print: what was done, and what somebody has to act on, a damaged journal included; mostly none. What is not undone
    /// keeps <see cref="Settle"/> from going on.</returns>
    public IReadOnlyList<string> NotesAtStart()
    {
        try
        {
            return [.. RestoreAtStart().Select(report => report.Message)];
        }
        catch (HostCannotException e)
        {
            return [e.Message];
        }
    }

    /// <summary>Puts back what a run left changed whose process is gone.</summary>
    /// <returns>What was done, and what somebody has to act on.</returns>
    /// <exception cref="HostCannotException">The journal is damaged, or the lock cannot be taken.</exception>
    internal IReadOnlyList<RestoreReport> RestoreAtStart()
    {
        if (Orphans().Count == 0) return [];

        // Another session that holds the host has been here itself: see Settle.
        using HostLock? held = HostLock.TryTake(home, out _);
        return held is null ? [] : changes.Undo(Orphans(), force: false, RestoredBy.NextStart);
    }

    /// <summary>
    /// Puts back what earlier runs left, before a knob is set or anything is measured. The caller holds the host and has no run under way,
    /// so that every open entry of a run is a left one, be it of this process or of one that ended after this one had started.
    /// </summary>
    /// <returns>What was done; mostly nothing.</returns>
    /// <exception cref="HostCannotException">Something could not be put back, or somebody else has changed it: the message says what, and
    /// what to do. Or the journal is damaged.</exception>
    public IReadOnlyList<RestoreReport> Settle()
    {
        string boot = tree.BootId();
        List<JournalEntry> left = journal.Read().Open.FindAll(entry => entry.Boot != boot || entry.Owner == KnobOwner.Run);
        IReadOnlyList<RestoreReport> reports = changes.Undo(left, force: false, RestoredBy.NextStart);
        return reports.All(report => !report.Pending) ? reports : throw new HostCannotException(
            "an earlier run's change is not undone, so nothing is set or measured: "
            + string.Join("; ", reports.Where(report => report.Pending).Select(report => report.Message)));
    }

    // A user's change is nobody's to undo but the user's; after a reboot it is over all the same, and is reported.
    private List<JournalEntry> Orphans() => journal.Read().Open.FindAll(entry => entry.Boot != tree.BootId()
        || (entry.Owner == KnobOwner.Run && !tree.Runs(entry.Process)));

    private KnobListing Listing(Knob knob, JournalContent content)
    {
        JournalEntry? open = content.Open.FindLast(entry => entry.Knob == knob.Name);
        bool hasLast = content.LastClosed.TryGetValue(knob.Name, out (JournalEntry Entry, JournalClosing Closing) last);
        return new KnobListing
        {
            State = tree.Look(knob),
            Open = open,
            Last = hasLast ? last.Entry : null,
            LastClosing = hasLast ? last.Closing : null,
            Note = open is not null ? OpenNote(open) : hasLast ? ClosedNote(last.Entry, last.Closing) : null,
        };
    }

    private string OpenNote(JournalEntry open) => open.Owner == KnobOwner.User
        ? $"set to {open.New} (was {open.Old}) by 'knobs set' at {Time(open.At)}; 'knobs restore' puts it back"
        : $"set to {open.New} (was {open.Old}) by a run at {Time(open.At)}, "
            + $"pid {open.Process.Pid}, which "
            + (tree.Runs(open.Process) ? "still runs" : "ended without restoring it; 'knobs restore' puts it back");

    private static string ClosedNote(JournalEntry entry, JournalClosing closing)
    {
        string end = closing.Outcome switch
        {
            RestoreOutcome.Restored => $"restored to {entry.Old}",
            RestoreOutcome.AlreadyBack => $"found back at {entry.Old}",
            RestoreOutcome.Refused => $"refused by the kernel, {entry.Old} kept",
            RestoreOutcome.Foreign => $"left at {closing.Found}, which somebody else had set (it was {entry.Old})",
            _ => $"over since a reboot, left at {closing.Found ?? "no value"} (it was {entry.Old})",
        };
        string by = closing.By switch
        {
            RestoredBy.NextStart => $" by the next start, after pid {entry.Process.Pid} had ended without restoring it",
            RestoredBy.Command => " by 'knobs restore'",
            _ => "",
        };
        return $"set to {entry.New} at {Time(entry.At)}; {end} at {Time(closing.At)}{by}";
    }

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
}
