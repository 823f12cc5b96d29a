namespace Harness.Model.Tests;

/// <summary>Does the explorer's memory of states keep what it is given?</summary>
public sealed class StateSetTests
{
    [Fact]
    public void A_state_is_new_once()
    {
        var set = new StateSet();
        for (int round = 0; round < 2; round++)
        {
            for (ulong i = 0; i < 100_000; i++) Assert.Equal(round == 0, set.Add(new UInt128(i, i * 0x9E3779B97F4A7C15)));
        }
        Assert.Equal(100_000, set.Count);
    }

    [Fact]
    public void The_hash_of_nothing_is_a_hash_too()
    {
        var set = new StateSet();
        Assert.True(set.Add(UInt128.Zero));
        Assert.False(set.Add(UInt128.Zero));
    }

    [Fact]
    public void A_level_gives_back_the_states_it_was_given()
    {
        var level = new StateLevel(1024);
        for (int i = 0; i < 3000; i++) level.Add(i, (UInt128)(ulong)i, State(i));
        var state = new byte[1024];
        for (int i = 0; i < 3000; i++)
        {
            Assert.Equal((i, (UInt128)(ulong)i), level.Get(i, state));
            Assert.Equal(State(i), state);
        }
        level.Clear();
        Assert.Equal(0, level.Count);

        static byte[] State(int seed)
        {
            var bytes = new byte[1024];
            for (int at = seed % 7; at < bytes.Length; at += 1 + seed % 97) bytes[at] = (byte)(seed + at);
            return bytes;
        }
    }

    [Fact]
    public void The_hash_of_a_state_follows_from_another_s_and_the_parts_that_differ()
    {
        var state = new StateArrays();
        int[] first = state.Array<int>(3);
        long[] second = state.Array<long>(5);
        bool[] third = state.Array<bool>(2);
        var saved = new byte[state.Bytes];
        state.Save(saved);
        UInt128 hash = state.Hash(saved);
        second[4] = 9;
        third[1] = true;
        List<int> changed = [];
        UInt128 reached = hash;
        state.Compare(saved, ref reached, changed);
        Assert.Equal([1, 2], changed);
        Assert.NotEqual(hash, reached);
        var now = new byte[state.Bytes];
        state.Save(now);
        Assert.Equal(state.Hash(now), reached);
        state.Undo(saved, changed);
        Assert.Equal((0, 0, false), (first[0], (int)second[4], third[1]));
    }

    [Fact]
    public void A_type_with_padding_is_refused_since_equal_states_would_differ()
    {
        ArgumentException refused = Assert.Throws<ArgumentException>(() => new StateArrays().Array<Padded>(1));
        Assert.Contains("7 bytes of padding", refused.Message);
    }

    private readonly record struct Padded(byte First, long Second);
}
