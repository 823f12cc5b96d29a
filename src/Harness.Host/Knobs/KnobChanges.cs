using Harness.Host.Recording;
using Harness.Records;

namespace Harness.Host.Knobs;

/// <summary>Changes knobs and undoes the changes, each step in the journal first. Callers hold the <see cref="HostLock"/>.</summary>
internal sealed class KnobChanges(Journal journal, KnobTree tree)
{
    /// <summary>
    /// Sets a knob with all its steps; an exception leaves those made so far to the caller, who has been given their entries.
    /// </summary>
    /// <returns>The open entries, each once it is made.</returns>
    /// <exception cref="UsageException">As for <see cref="Set"/>.</exception>
    /// <exception cref="HostCannotException">As for <see cref="Set"/>.</exception>
    internal IEnumerable<JournalEntry> SetWhole(Knob knob, string wanted, KnobOwner owner)
    {
        RecordingKnob.RefuseAsSetting(knob);
        IEnumerable<(Knob Knob, string Value)> steps = [(knob, wanted)];
        if (knob.Format == KnobFormat.Steps)
        {
            KnobState state = tree.Look(knob);
            if (state.Availability != KnobAvailability.Present)
                throw new HostCannotException($"knob {knob.Name} cannot be set: {state.Why}");
            steps = Damon.Steps(knob.Canonical(wanted, state.Choices), tree);
        }
        foreach ((Knob step, string value) in steps)
        {
            if (Set(step, value, owner) is { } entry) yield return entry;
        }
    }

    /// <summary>Sets a knob: old value to disk, new value to the kernel, read back.</summary>
    /// <returns>The open journal entry, or null when the knob had the value already.</returns>
    /// <exception cref="UsageException">The knob does not take such a value.</exception>
    /// <exception cref="HostCannotException">
    /// The knob is absent, needs root, or the kernel refused the value; the old value is in force unless the message says otherwise.
    /// </exception>
    internal JournalEntry? Set(Knob knob, string wanted, KnobOwner owner)
    {
        KnobState state = tree.Look(knob);
        if (state.Availability != KnobAvailability.Present) throw new HostCannotException($"knob {knob.Name} cannot be set: {state.Why}");
        string value = knob.Canonical(wanted, state.Choices);
        if (value == state.Value) return null;

        JournalEntry entry = new()
        {
            Id = journal.Read().LastId + 1,
            At = DateTimeOffset.UtcNow,
            Knob = knob.Name,
            Path = knob.Path,
            Old = state.Value!,
            New = value,
            Owner = owner,
            Process = ProcessIdentity.Current,
            Command = PlainText.OneLine(Environment.CommandLine, 200),
            Boot = tree.BootId(),
        };
        try
        {
            journal.Append(new JournalLine { Set = entry });
        }
        catch (HostCannotException e)
        {
            throw new HostCannotException($"knob {knob.Name} stays at {entry.Old}: {e.Message}", e);
        }
        if (ChangedMeanwhile(entry, knob) is { } foreign)
        {
            RestoreReport left = Close([entry], RestoreOutcome.Foreign, RestoredBy.Owner, foreign, $"is left at {foreign}");
            throw new HostCannotException(
                $"knob {knob.Name} was changed from {entry.Old} to {foreign} by somebody else just now; {left.Message}");
        }
        string? refused = Write(knob, value);
        string? why = refused ?? Differs(knob, value);
        if (why is null) return entry;

        // What the kernel made of a value that it took is our doing and goes back now. After a refusal only the old value can be there, or
        // one that somebody else has set.
        RestoreReport undone = Undo([entry], force: refused is null, RestoredBy.Owner, RestoreOutcome.Refused);
        throw new HostCannotException($"knob {knob.Name} cannot be set to {value}: {why}; "
            + (undone.Pending ? undone.Message : $"it is {entry.Old} as before"));
    }

    /// <summary>
    /// Undoes changes, the last one first. Never throws for what the kernel or the disk does: that is in the reports, and the entries stay
    /// open.
    /// </summary>
    /// <param name="entries">Open entries.</param>
    /// <param name="force">Overwrites values that somebody else has set.</param>
    /// <param name="by">What asks for it.</param>
    /// <returns>A report for each chain of changes.</returns>
    internal IReadOnlyList<RestoreReport> Undo(IEnumerable<JournalEntry> entries, bool force, RestoredBy by)
    {
        List<RestoreReport> reports = [];
        foreach (List<JournalEntry> chain in Chains(entries))
        {
            // While a later change of the knob stands, what the earlier one finds is ours and must not pass for somebody else's.
            if (reports.Exists(report => report.Knob == chain[0].Knob && report.Outcome == RestoreOutcome.Failed)) continue;
            reports.Add(Undo(chain, force, by, RestoreOutcome.Restored));
        }
        return reports;
    }

    /// <summary>
    /// Changes of one knob that followed upon each other, the last one first. They are undone in one write: were each undone and noted by
    /// itself, a disk that takes no notes would let the values in between pass for somebody else's.
    /// </summary>
    private static List<List<JournalEntry>> Chains(IEnumerable<JournalEntry> entries)
    {
        List<List<JournalEntry>> chains = [];
        foreach (JournalEntry entry in entries.OrderByDescending(entry => entry.Id))
        {
            List<JournalEntry>? later = chains.FindLast(chain => chain[0].Knob == entry.Knob);
            if (later is not null && later[^1].Old == entry.New && later[^1].Boot == entry.Boot) later.Add(entry);
            else chains.Add([entry]);
        }
        return chains;
    }

    /// <summary>Puts one knob back and closes the entries.</summary>
    /// <param name="changes">A chain: every value in it is ours.</param>
    /// <param name="force">As above.</param>
    /// <param name="by">As above.</param>
    /// <param name="success">The outcome to note when the old value is in force again.</param>
    private RestoreReport Undo(List<JournalEntry> changes, bool force, RestoredBy by, RestoreOutcome success)
    {
        JournalEntry last = changes[0];
        string old = changes[^1].Old;
        try
        {
            Knob knob = tree.Find(last.Knob);
            if (last.Boot != tree.BootId()) return AfterReboot(changes, knob, by);
            string found = tree.Value(knob);
            if (found == old)
            {
                RestoreOutcome outcome = success == RestoreOutcome.Restored ? RestoreOutcome.AlreadyBack : success;
                return Close(changes, outcome, by, found, $"is {found} again");
            }
            if (!force && !changes.Exists(change => found == change.New || found == change.Old))
                return ChangedByOthers(changes, found, by);
            if ((Write(knob, old) ?? Differs(knob, old)) is { } why) return Failed(last.Knob, old, why);
            return Close(changes, success, by, found, $"restored to {old} (was {found})");
        }
        catch (Exception e) when (e is HarnessException or IOException or UnauthorizedAccessException)
        {
            return Failed(last.Knob, old, e.Message);
        }
    }

    /// <summary>
    /// The value that somebody else has given the knob while the journal was being written, or null. A change between this look and the
    /// write after it goes unseen: the kernel has no way to write a knob only if it still has a value.
    /// </summary>
    private string? ChangedMeanwhile(JournalEntry entry, Knob knob)
    {
        try
        {
            return tree.Value(knob) is { } now && now != entry.Old ? now : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Not readable now, so not to be written either: the write's own read-back would say the same.
            RestoreReport left = Undo([entry], force: false, RestoredBy.Owner, RestoreOutcome.Refused);
            throw new HostCannotException($"knob {knob.Name} cannot be set: {e.Message}" + (left.Pending ? $"; {left.Message}" : ""), e);
        }
    }

    private RestoreReport AfterReboot(List<JournalEntry> changes, Knob knob, RestoredBy by)
    {
        string? found = tree.Look(knob).Value;
        string old = changes[^1].Old;
        string set = changes[0].New;
        return Close(changes, RestoreOutcome.Rebooted, by, found, found is null ? "is gone since the reboot"
            : found == old ? $"is {found} again since the reboot"
            : found == set ? $"is {found}, as set before the reboot; something else sets it at boot, so it is left (it was {old})"
            : $"is {found} since the reboot and is left so (it was {old}, set to {set})");
    }

    private RestoreReport ChangedByOthers(List<JournalEntry> changes, string found, RestoredBy by)
    {
        string knob = changes[0].Knob;
        string old = changes[^1].Old;
        string what = $"was {old}, was set to {changes[0].New}, "
            + $"and has since been changed to {found} by somebody else; it is left at {found}";
        return by == RestoredBy.Command
            ? Close(changes, RestoreOutcome.Foreign, by, found, what)
            : new RestoreReport(knob, RestoreOutcome.Foreign, Pending: true,
                $"knob {knob} {what} ('knobs restore' accepts that, 'knobs restore --force' puts {old} back)");
    }

    private RestoreReport Close(List<JournalEntry> changes, RestoreOutcome outcome, RestoredBy by, string? found, string what)
    {
        string knob = changes[0].Knob;
        try
        {
            foreach (JournalEntry change in changes)
            {
                JournalClosing closing = new() { Id = change.Id, At = DateTimeOffset.UtcNow, Outcome = outcome, By = by, Found = found };
                journal.Append(new JournalLine { Closed = closing });
            }
        }
        catch (HostCannotException e)
        {
            return new RestoreReport(knob, outcome, Pending: true, $"knob {knob} {what}, which could not be noted: {e.Message}");
        }
        journal.Trim();
        return new RestoreReport(knob, outcome, Pending: false, $"knob {knob} {what}");
    }

    private static RestoreReport Failed(string knob, string old, string why) => new(knob, RestoreOutcome.Failed, Pending: true,
        $"knob {knob} could not be put back to {old}: {why}; the journal keeps it, 'knobs restore' tries again, and a reboot ends it");

    private string? Write(Knob knob, string value)
    {
        try
        {
            tree.Set(knob, value);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }

    private string? Differs(Knob knob, string value)
    {
        try
        {
            string back = tree.Value(knob);
            return back == value ? null : $"it reads back as {back}";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"it cannot be read back: {e.Message}";
        }
    }
}
