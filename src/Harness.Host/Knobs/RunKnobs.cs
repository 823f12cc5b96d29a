using Harness.Host.Recording;
using Harness.Records;

namespace Harness.Host.Knobs;

/// <summary>The knobs of one run: set before it, put back after it.</summary>
internal sealed class RunKnobs(KnobChanges changes)
{
    private readonly List<JournalEntry> open = [];

    /// <summary>Sets them in order. After an exception <see cref="Restore"/> puts back those already set.</summary>
    /// <exception cref="RunFailedException">One could not be set.</exception>
    internal void Apply(IReadOnlyList<(Knob Knob, string Value)> settings)
    {
        foreach ((Knob knob, string value) in settings)
        {
            try
            {
                foreach (JournalEntry entry in changes.SetWhole(knob, value, KnobOwner.Run)) open.Add(entry);
            }
            catch (HarnessException e)
            {
                throw new RunFailedException(FailureKind.KnobRefused, e.Message, inner: e);
            }
        }
    }

    /// <summary>Makes the tracing instance and sets a recording up in it; <see cref="Restore"/> removes all of it.</summary>
    /// <exception cref="HostCannotException">Another recording is under way, or the kernel refuses.</exception>
    internal void Record(Recorder recorder, KnobTree tree, HostDescription host)
    {
        open.Add(changes.Set(RecordingKnob.Knob, RecordingKnob.On, KnobOwner.Run) ?? throw new HostCannotException(RecordingKnob.InUse));
        recorder.SetUp(RecordingKnob.Instance(tree), host);
    }

    /// <summary>Puts them back, the last one first.</summary>
    /// <returns>What somebody has to act on, in one line; null when all have their old values.</returns>
    internal string? Restore()
    {
        List<string> trouble =
            [.. changes.Undo(open, force: false, RestoredBy.Owner).Where(report => report.Pending).Select(report => report.Message)];
        open.Clear();
        return trouble.Count == 0 ? null : string.Join("; ", trouble);
    }
}
