namespace Harness.Model.Tests;

/// <summary>Does a seed decide everything, and a state all that follows?</summary>
public sealed class DeterminismTests
{
    private const long Accesses = 300_000;

    private static readonly string[] Names = ["6.1", "6.12", "immediate", "6.12+luf", "6.12+migrc"];

    public static TheoryData<string> Policies => [.. Names];

    [Theory]
    [MemberData(nameof(Policies))]
    public void The_same_seed_ends_in_the_same_bytes(string policy)
    {
        Assert.Equal(Interleaved(policy, seed: 3), Interleaved(policy, seed: 3));
        Assert.NotEqual(Interleaved(policy, seed: 3), Interleaved(policy, seed: 4));
    }

    [Fact]
    public void Programs_side_by_side_end_in_the_same_bytes_as_one_after_the_other()
    {
        byte[][] serial = [.. Names.Select(policy => Interleaved(policy, seed: 5))];
        var parallel = new byte[serial.Length][];
        Parallel.For(0, Names.Length, i => parallel[i] = Interleaved(Names[i], seed: 5));
        Assert.Equal(serial, parallel);
    }

    [Theory]
    [MemberData(nameof(Policies))]
    public void A_state_resumed_on_another_kernel_has_the_same_future(string policy)
    {
        RandomProgram program = RandomProgramTests.Program(policy, seed: 6);
        program.RunSerially(Accesses);
        long before = program.Accesses;
        RandomProgram other = RandomProgramTests.Program(policy, seed: 6);
        other.ResumeFrom(program);
        Assert.Equal(program.Saved(), other.Saved());
        program.RunSerially(2 * Accesses);
        other.RunSerially(2 * Accesses - before);
        Assert.Equal(program.Saved(), other.Saved());
    }

    private static byte[] Interleaved(string policy, ulong seed)
    {
        RandomProgram program = RandomProgramTests.Program(policy, seed);
        program.RunInterleaved(Accesses);
        return program.Saved();
    }
}
