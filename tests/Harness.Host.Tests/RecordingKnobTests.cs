using Harness.Host.Knobs;
using Harness.Host.Recording;
using Harness.Records;

namespace Harness.Host.Tests;

/// <summary>Is everything that a recording makes in the kernel removed, whatever comes between, and nothing else touched?</summary>
public sealed class RecordingKnobTests : IDisposable
{
    private const string Root = "/sys/kernel/tracing";
    private const string Others = "p:mine/harness vfs_read";

    private readonly KnobsFakeHost host = new();
    private readonly FakeTracefs tree;

    public RecordingKnobTests()
    {
        tree = new FakeTracefs(host.Root);
        tree.Put($"{Root}/events/kmem/id", "");
        tree.Put($"{Root}/instances/mine/tracing_on", "1");
        tree.Put($"{Root}/kprobe_events", Others + "\n");
        tree.Put($"{Root}/kprobe_profile", "");
    }

    private KnobService Service => new(host.Home, tree);

    public void Dispose() => host.Dispose();

    [Fact]
    public void The_instance_is_noted_before_it_is_made_and_the_restore_removes_it_with_its_probes()
    {
        KnobChanges changes = new(new Journal(host.Home), tree);
        tree.BeforeStep = () => Assert.Contains("\"knob\":\"recording\"", File.ReadAllText(host.JournalPath), StringComparison.Ordinal);
        Record(changes);
        Assert.Equal("on", tree.Look(RecordingKnob.Knob).Value);
        Assert.Equal("0\n", File.ReadAllText(host.Root + $"{Root}/instances/harness/tracing_on"));
        RestoreReport report = Assert.Single(changes.Undo(new Journal(host.Home).Read().Open, force: false, RestoredBy.Owner));
        Assert.Equal("knob recording restored to off (was on)", report.Message);
        AssertGone();
    }

    [Fact]
    public void A_kill_at_any_step_is_undone_by_the_next_start_which_says_so()
    {
        int kills = 0;
        for (int kill = 0; ; kill++)
        {
            tree.KillAt = kill;
            try
            {
                KnobChanges changes = new(new Journal(host.Home), tree);
                Record(changes);
                changes.Undo(new Journal(host.Home).Read().Open, force: false, RestoredBy.Owner);
                break;
            }
            catch (FakeTracefs.KilledException)
            {
                kills++;
            }
            tree.KillAt = null;
            bool left = tree.Look(RecordingKnob.Knob).Value == "on";
            IReadOnlyList<RestoreReport> reports = Service.RestoreAtStart();
            Assert.All(reports, report => Assert.False(report.Pending, report.Message));
            if (left) Assert.Equal("knob recording restored to off (was on)", Assert.Single(reports).Message);
            AssertGone();
        }
        Assert.True(kills >= 8, $"only {kills} kills");
    }

    [Fact]
    public void An_instance_in_use_is_kept_in_the_journal_and_nothing_is_measured()
    {
        Record(new KnobChanges(new Journal(host.Home), tree));
        tree.Busy = true;
        HostCannotException cannot = Assert.Throws<HostCannotException>(() => Service.Settle());
        Assert.Contains("recording could not be put back to off", cannot.Message, StringComparison.Ordinal);
        tree.Busy = false;
        Assert.False(Assert.Single(Service.Settle()).Pending);
        AssertGone();
    }

    [Fact]
    public void Nobody_can_set_it()
    {
        UsageException refused = Assert.Throws<UsageException>(() => Service.Set("recording", "on"));
        Assert.Contains("give 'record' the plan", refused.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(host.JournalPath));
        Assert.DoesNotContain("recording", KnobCatalog.Names);
        AssertGone();
    }

    [Fact]
    public void It_is_listed_with_what_the_journal_says_of_it()
    {
        Record(new KnobChanges(new Journal(host.Home), tree));
        KnobListing listed = Service.List().Single(listing => listing.State.Knob.Name == "recording");
        Assert.Equal("on", listed.State.Value);
        Assert.Contains("ended without restoring it", listed.Note, StringComparison.Ordinal);
    }

    [Fact]
    public void A_second_recording_is_refused()
    {
        Record(new KnobChanges(new Journal(host.Home), tree));
        File.Delete(host.JournalPath);
        RunKnobs second = new(new KnobChanges(new Journal(host.Home), tree));
        HostCannotException cannot = Assert.Throws<HostCannotException>(() => second.Record(null!, tree, null!));
        Assert.Contains("another recording runs", cannot.Message, StringComparison.Ordinal);
        Assert.Null(second.Restore());
        Assert.Equal("on", tree.Look(RecordingKnob.Knob).Value);
    }

    [Theory]
    [InlineData(63)]
    [InlineData(RecordingRequest.MostBufferKiB + 1)]
    public void A_buffer_of_no_sense_is_refused(int size)
    {
        RecordingRequest request = new() { Path = "x", Subject = "", BufferKiB = size };
        Assert.Throws<UsageException>(() => RecordingKnob.Check(request, tree));
    }

    [Fact]
    public void Without_tracefs_a_recording_cannot_be_made()
    {
        using MadeHost bare = new();
        RecordingRequest request = new() { Path = "x", Subject = "" };
        HostCannotException cannot = Assert.Throws<HostCannotException>(() => RecordingKnob.Check(request, new KnobTree(bare.Root)));
        Assert.StartsWith("recording: ", cannot.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', cannot.Message);
    }

    [Fact]
    public void Hits_are_read_of_our_own_probes_alone()
    {
        tree.Put($"{Root}/kprobe_events", Others + "\np:harness/flush arch_tlbbatch_flush\nr4:harness/cleared ptep_clear_flush pte=$retval\n");
        tree.Put($"{Root}/kprobe_profile", "  harness    7   8\n  flush      41              2\n  cleared    5   0\n");
        IReadOnlyDictionary<string, (long Hits, long Misses)> hits = RecordingKnob.Instance(tree).Hits();
        Assert.Equal([("cleared", (5L, 0L)), ("flush", (41L, 2L))], hits.OrderBy(hit => hit.Key).Select(hit => (hit.Key, hit.Value)));
    }

    private void Record(KnobChanges changes)
    {
        changes.Set(RecordingKnob.Knob, RecordingKnob.On, KnobOwner.Run);
        TraceInstance instance = RecordingKnob.Instance(tree);
        instance.Add("p:harness/flush arch_tlbbatch_flush cpus=+0(%di):x64");
        instance.Add("r4:harness/cleared ptep_clear_flush pte=$retval");
        tree.BeforeStep = () => { };
    }

    private void AssertGone()
    {
        Assert.Equal([Others], File.ReadAllLines(host.Root + $"{Root}/kprobe_events"));
        Assert.Equal(["mine"], Directory.GetDirectories(host.Root + $"{Root}/instances").Select(Path.GetFileName));
        Assert.Equal("off", tree.Look(RecordingKnob.Knob).Value);
        Assert.All(new Journal(host.Home).Read().Open, entry => Assert.Fail(entry.Knob));
    }

    /// <summary>A tracefs of plain files: instances are filled when they are made, and a line that begins with a minus takes a probe out.</summary>
    private sealed class FakeTracefs(string root) : KnobsFakeHost.FakeTree(root)
    {
        private int steps;

        /// <summary>The step before which the process is killed.</summary>
        internal int? KillAt { get; set { field = value; steps = 0; } }

        internal Action BeforeStep { get; set; } = () => { };

        /// <summary>A file of the instance is open elsewhere.</summary>
        internal bool Busy { get; set; }

        internal void Put(string path, string text)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(At(path))!);
            File.WriteAllText(At(path), text);
        }

        // A killed process is gone when the next one looks.
        internal override bool Runs(ProcessIdentity process) => false;

        internal override void Write(string path, string value)
        {
            Step();
            base.Write(path, value);
        }

        internal override void Append(string path, string line)
        {
            Step();
            if (!line.StartsWith("-:", StringComparison.Ordinal))
            {
                base.Append(path, line);
                return;
            }
            string[] left = [.. File.ReadAllLines(At(path)).Where(probe => !probe.Contains(line[1..] + " ", StringComparison.Ordinal))];
            File.WriteAllLines(At(path), left);
        }

        internal override void MakeFolder(string path)
        {
            Step();
            Put($"{path}/tracing_on", "1\n");
        }

        internal override void RemoveFolder(string path)
        {
            Step();
            if (Busy) throw new IOException($"{path}: Device or resource busy");
            Directory.Delete(At(path), recursive: true);
        }

        private void Step()
        {
            if (steps++ == KillAt) throw new KilledException();
            BeforeStep();
        }

        internal sealed class KilledException : Exception;
    }
}
