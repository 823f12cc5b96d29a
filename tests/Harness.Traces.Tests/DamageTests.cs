using FsCheck;
using FsCheck.Fluent;

namespace Harness.Traces.Tests;

/// <summary>Does a file that was cut or changed ever give an event that was not written, or end in anything but one line?</summary>
public sealed class DamageTests
{
    private static readonly Recorded[] Events = Sample.Draw(new System.Random(2), 120, 2);
    private static readonly byte[] Whole = Scratch.Bytes(Sample.Header(2), Events, flushEach: 30);
    private static readonly byte[] Unfinished = Scratch.Bytes(Sample.Header(2), Events, flushEach: 30, finish: false);

    [Fact]
    public void A_file_cut_at_any_byte_gives_the_whole_blocks_before()
    {
        int most = 0;
        for (int length = 0; length <= Whole.Length; length++) most = Math.Max(most, CheckPrefix(Whole.AsSpan(0, length), length));
        Assert.Equal(Events.Length, most);
    }

    [Fact]
    public void Zeros_or_an_older_recording_after_the_cut_are_its_end()
    {
        byte[] older = Scratch.Bytes(Sample.Header(2) with { Subject = "luf-llama, beforE" }, Events, flushEach: 10);
        byte[] disk = new byte[Whole.Length + 40_000];
        for (int length = 700; length < Whole.Length; length += 29)
        {
            Array.Clear(disk);
            Whole.AsSpan(0, length).CopyTo(disk);
            CheckPrefix(disk, length);
            older.CopyTo(disk, length);
            CheckPrefix(disk, length);
            Array.Clear(disk);
            older.CopyTo(disk, 0);
            Whole.AsSpan(0, length).CopyTo(disk);
            CheckPrefix(disk, length);
        }
    }

    [Fact]
    public void Whatever_follows_the_trailer_is_not_read()
    {
        using var file = new Scratch();
        (List<Recorded> read, bool complete, string? problem) = file.Read([.. Whole, .. Whole]);
        Assert.Null(problem);
        Assert.True(complete);
        Assert.Equal(Events.Length, read.Count);
    }

    [Fact]
    public void A_changed_byte_is_noticed_wherever_it_is() => Prop.ForAll<int, byte>((place, value) =>
    {
        byte[] bytes = [.. Whole];
        ref byte at = ref bytes[(int)((uint)place % Whole.Length)];
        bool changed = at != value;
        at = value;
        using var file = new Scratch();
        (List<Recorded> read, bool complete, string? problem) = file.Read(bytes);
        CheckWritten(read);
        // every event there, and a trailer that is not, or one line
        Assert.True(problem is not null || (read.Count == Events.Length && complete != changed), $"byte {(uint)place % Whole.Length}");
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void Bytes_put_in_or_taken_out_anywhere_are_noticed() => Prop.ForAll<int, byte[], byte>((place, more, fewer) =>
    {
        int at = (int)((uint)place % Whole.Length);
        byte[] bytes = [.. Whole.AsSpan(0, at), .. more, .. Whole.AsSpan(Math.Min(Whole.Length, at + fewer))];
        using var file = new Scratch();
        (List<Recorded> read, bool complete, string? problem) = file.Read(bytes);
        CheckWritten(read);
        Assert.True(problem is not null || !complete || read.Count == Events.Length);
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void A_damaged_block_in_the_middle_is_an_error_and_at_a_cut_end_the_end()
    {
        using var file = new Scratch();
        byte[] bytes = [.. Unfinished];
        bytes[^1] ^= 1;
        (List<Recorded> read, bool complete, string? problem) = file.Read(bytes);
        Assert.Null(problem);
        Assert.False(complete);
        Assert.InRange(read.Count, 80, Events.Length - 1);
        bytes = [.. Whole];
        bytes[Unfinished.Length - 1] ^= 1;
        Assert.Contains("its checksum is wrong", file.Read(bytes).Problem);
    }

    [Fact]
    public void A_block_that_is_missing_whole_is_told_by_the_trailer()
    {
        int second = Whole.AsSpan(1).IndexOf("HTRC"u8) + 1;
        int third = Whole.AsSpan(second + 1).IndexOf("HTRC"u8) + second + 1;
        using var file = new Scratch();
        Assert.Contains("120 were written", file.Read([.. Whole.AsSpan(0, second), .. Whole.AsSpan(third)]).Problem);
    }

    /// <summary>
    /// What is read is the beginning of each CPU's events; nothing but a header that is cut is an error. Gives how many they are.
    /// </summary>
    private static int CheckPrefix(ReadOnlySpan<byte> bytes, int length)
    {
        using var file = new Scratch();
        (List<Recorded> read, bool complete, string? problem) = file.Read(bytes);
        CheckWritten(read);
        Assert.Equal(length == Whole.Length, complete);
        int header = Whole.AsSpan(1).IndexOf("HTRC"u8) + 1;
        Assert.Equal(length < header, problem is not null);
        if (length >= Unfinished.Length) Assert.Equal(Events.Length, read.Count);
        return read.Count;
    }

    private static void CheckWritten(List<Recorded> read)
    {
        foreach (var ofCpu in read.GroupBy(e => e.Event.Cpu))
        {
            Recorded[] written = [.. Events.Where(e => e.Event.Cpu == ofCpu.Key)];
            Assert.Equal(written.Take(ofCpu.Count()).Select(e => e.Event), ofCpu.Select(e => e.Event));
            Assert.All(ofCpu.Zip(written), pair => Assert.Equal(pair.Second.Cpus, pair.First.Cpus));
        }
    }
}
