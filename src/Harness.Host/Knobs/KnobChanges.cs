using Harness.Records;

namespace Harness.Host.Knobs;

/// <summary>Changes knobs and undoes the changes, each step in the journal first. Callers hold the <see cref="HostLock"/>.</summary>
internal sealed class KnobChanges(Journal journal, KnobTree tree)
{
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
        string? why = WriteAndVerify(knob, value);
        if (why is null) return entry;

        // The kernel did not take it. Whatever it made of it is our doing, so the old value goes back now.
        RestoreReport undone = Undo(entry, force: true, RestoredBy.Owner, RestoreOutcome.Refused);
        throw new HostCannotException($"knob {knob.Name} cannot be set to {value}: {why}; "
            + (undone.Pending ? undone.Message : $"it is {entry.Old} as before"));
    }

    /// <summary>
    /// Puts a knob back and closes its entry. Never throws for what the kernel or the disk does: that is in the report, and the entry stays
    /// open.
    /// </summary>
    /// <param name="entry">The open entry.</param>
    /// <param name="force">Overwrites a value that somebody else has set.</param>
    /// <param name="by">What asks for it.</param>
    /// <param name="success">The outcome to note when the old value is in force again.</param>
    internal RestoreReport Undo(JournalEntry entry, bool force, RestoredBy by, RestoreOutcome success = RestoreOutcome.Restored)
    {
        try
        {
            Knob knob = tree.Find(entry.Knob);
            if (entry.Boot != tree.BootId()) return AfterReboot(entry, knob, by);
            string found = tree.Value(knob);
            if (found == entry.Old)
            {
                RestoreOutcome outcome = success == RestoreOutcome.Restored ? RestoreOutcome.AlreadyBack : success;
                return Close(entry, outcome, by, found, $"is {found} again");
            }
            if (found != entry.New && !force) return ChangedByOthers(entry, found, by);
            if (WriteAndVerify(knob, entry.Old) is { } why) return Failed(entry, why);
            return Close(entry, success, by, found, $"restored to {entry.Old} (was {found})");
        }
        catch (Exception e) when (e is HarnessException or IOException or UnauthorizedAccessException)
        {
            return Failed(entry, e.Message);
        }
    }

    private RestoreReport AfterReboot(JournalEntry entry, Knob knob, RestoredBy by)
    {
        string? found = tree.Look(knob).Value;
        return Close(entry, RestoreOutcome.Rebooted, by, found, found is null ? "is gone since the reboot"
            : found == entry.Old ? $"is {found} again since the reboot"
            : found == entry.New ? $"is {found}, as set before the reboot; "
                + $"something else sets it at boot, so it is left (it was {entry.Old})"
            : $"is {found} since the reboot and is left so (it was {entry.Old}, set to {entry.New})");
    }

    private RestoreReport ChangedByOthers(JournalEntry entry, string found, RestoredBy by)
    {
        string what = $"was {entry.Old}, was set to {entry.New}, "
            + $"and has since been changed to {found} by somebody else; it is left at {found}";
        return by == RestoredBy.Command
            ? Close(entry, RestoreOutcome.Foreign, by, found, what)
            : new RestoreReport(entry.Knob, RestoreOutcome.Foreign, Pending: true,
                $"knob {entry.Knob} {what} ('knobs restore' accepts that, 'knobs restore --force' puts {entry.Old} back)");
    }

    private RestoreReport Close(JournalEntry entry, RestoreOutcome outcome, RestoredBy by, string? found, string what)
    {
        JournalClosing closing = new() { Id = entry.Id, At = DateTimeOffset.UtcNow, Outcome = outcome, By = by, Found = found };
        try
        {
            journal.Append(new JournalLine { Closed = closing });
            journal.Trim();
        }
        catch (HostCannotException e)
        {
            return new RestoreReport(entry.Knob, outcome, Pending: true,
                $"knob {entry.Knob} {what}, which could not be noted: {e.Message}");
        }
        return new RestoreReport(entry.Knob, outcome, Pending: false, $"knob {entry.Knob} {what}");
    }

    private static RestoreReport Failed(JournalEntry entry, string why) => new(entry.Knob, RestoreOutcome.Failed, Pending: true,
        $"knob {entry.Knob} could not be put back to {entry.Old}: {why}; the journal keeps it, and 'knobs restore' tries again");

    private string? WriteAndVerify(Knob knob, string value)
    {
        try
        {
            tree.Write(knob.Path, value);
            string back = tree.Value(knob);
            return back == value ? null : $"it reads back as {back}";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }
}
