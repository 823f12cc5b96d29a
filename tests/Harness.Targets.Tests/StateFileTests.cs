using Harness.Model;
using Harness.Records;

namespace Harness.Targets.Tests;

/// <summary>Does a kept state come back as it was, and is one that is another's or damaged refused in one line?</summary>
public sealed class StateFileTests : IDisposable
{
    private readonly DirectoryInfo scratch = Directory.CreateTempSubdirectory("harness-state-");

    private string File => Path.Combine(scratch.FullName, "states", "a.state");

    public void Dispose() => scratch.Delete(recursive: true);

    [Fact]
    public void A_run_goes_on_where_it_was()
    {
        StateFile state = new(File, "key");
        Assert.False(state.Exists);
        state.Write(new Counting { At = 41 }, wallSeconds: 2.5);
        (ModelRun? run, ScaledArm? over, double seconds) = state.Read(() => new Counting());
        Assert.Equal((41, 2.5), (((Counting)run!).At, seconds));
        Assert.Null(over);
        state.Delete();
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(File)!));
    }

    [Fact]
    public void An_arm_that_is_over_is_not_run_again()
    {
        ScaledArm ended = new(Ended(), WallSeconds: 3);
        new StateFile(File, "key").Write(ended);
        (ModelRun? run, ScaledArm? over, double seconds) = new StateFile(File, "key").Read(() => throw new InvalidOperationException("started anew"));
        Assert.Null(run);
        Assert.Equal(("before", 3), (over!.Record.Request.Arm, seconds));
    }

    [Fact]
    public void Another_simulations_state_is_refused()
    {
        new StateFile(File, "key").Write(new Counting(), wallSeconds: 1);
        UsageException e = Assert.Throws<UsageException>(() => new StateFile(File, "another").Read(() => new Counting()));
        Assert.Equal($"{File}: the state of another plan, of other parameters or of another build of the model; run without --resume", e.Message);
    }

    [Fact]
    public void No_byte_can_be_changed_or_cut_off_unnoticed()
    {
        StateFile state = new(File, "key");
        state.Write(new Counting { At = 7 }, wallSeconds: 1);
        byte[] whole = System.IO.File.ReadAllBytes(File);
        for (int at = 0; at < whole.Length; at++)
        {
            byte[] changed = [.. whole];
            changed[at] ^= 0x20;
            System.IO.File.WriteAllBytes(File, changed);
            Refused(state);
            System.IO.File.WriteAllBytes(File, whole[..at]);
            Refused(state);
        }
    }

    [Fact]
    public void A_state_that_cannot_be_written_leaves_the_old_one()
    {
        StateFile state = new(File, "key");
        state.Write(new Counting { At = 7 }, wallSeconds: 1);
        Assert.Throws<IOException>(() => state.Write(new Counting { At = 8, Fails = true }, wallSeconds: 2));
        Assert.Equal(7, ((Counting)state.Read(() => new Counting()).Run!).At);
    }

    private void Refused(StateFile state)
    {
        UsageException e = Assert.Throws<UsageException>(() => state.Read(() => new Counting()));
        Assert.StartsWith($"{File}: damaged (", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', e.Message);
    }

    private static RunRecord Ended() => new()
    {
        Request = new RunRequest
        {
            Session = "s", Plan = "p", Arm = "before", Pair = 0, Sequence = 0, Seed = 1, Workload = "w", Parameters = new Dictionary<string, string>(),
            Command = new WorkloadCommand { Program = "w", Arguments = [] }, MetricUnits = new Dictionary<string, string>(), DeadlineSeconds = 60,
        },
        Target = "model:6.1",
        Origin = Origin.Modelled,
        State = RunState.Done,
        Started = DateTimeOffset.UnixEpoch,
        WindowSeconds = 1,
        Counters = [],
    };

    /// <summary>A run whose whole state is one byte.</summary>
    private sealed class Counting : ModelRun
    {
        public int At { get; set; }

        public bool Fails { get; init; }

        public override bool Done => false;

        public override double Progress => 0;

        public override bool CanBeSaved => true;

        public override void Advance(CancellationToken cancel) => At++;

        public override Outcome Outcome() => throw new InvalidOperationException("never over");

        public override void Save(Stream to)
        {
            if (Fails) throw new IOException("No space left on device");
            to.WriteByte((byte)At);
        }

        public override void Resume(Stream from)
        {
            At = from.ReadByte();
            Assert.Equal(-1, from.ReadByte());
        }
    }
}
