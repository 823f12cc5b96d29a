namespace Harness.Model.Tests;

/// <summary>Is a block that is taken whole the same as its pages taken one by one?</summary>
public sealed class BuddyWholeTests
{
    private const int Pages = 4_096;

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public void A_refill_gets_the_same_pages_and_tags_and_leaves_the_same_lists(bool drainKeepsTag, bool splitKeepsTag)
    {
        TagRules rules = new() { DrainKeepsTag = drainKeepsTag, SplitKeepsTag = splitKeepsTag };
        for (ulong seed = 1; seed <= 20; seed++)
        {
            (StateArrays State, Buddy Buddy) whole = Fragmented(rules, seed);
            (StateArrays State, Buddy Buddy) single = Fragmented(rules, seed);
            int wanted = 100 + TouchOrder.Page(seed, 0, 900);
            List<int> taken = [];
            uint tag = 0;
            while (taken.Count < wanted)
            {
                int pfn = whole.Buddy.TakeWhole(0, wanted - taken.Count, out uint blockTag, out int order);
                if (pfn < 0) (pfn, order) = (whole.Buddy.Take(0, 0, out blockTag), 0);
                tag = rules.Generations.Latest(tag, blockTag);
                taken.AddRange(Enumerable.Range(pfn, 1 << order));
            }
            uint expectedTag = 0;
            List<int> expected = [];
            while (expected.Count < wanted)
            {
                expected.Add(single.Buddy.Take(0, 0, out uint pageTag));
                expectedTag = rules.Generations.Latest(expectedTag, pageTag);
            }
            Assert.Equal(expected, taken);
            Assert.Equal(expectedTag, tag);
            Assert.Equal(Saved(single.State), Saved(whole.State));
        }
    }

    /// <summary>Memory with holes: taken in blocks of several orders, some of which come back with tags.</summary>
    private static (StateArrays State, Buddy Buddy) Fragmented(TagRules rules, ulong seed)
    {
        AllocatorShape shape = new() { Zones = [new ZoneShape(0, 0, Pages)], CpuNodes = [0], Tuning = PerCpuTuning.Automatic, Tags = rules };
        StateArrays state = new();
        FrameTable frames = new(state, shape, Buddy.Lists(1));
        Buddy buddy = new(frames, new Zones(state, shape), new AllocatorTallies(new StateArrays(), 1), shape);
        ulong start = TouchOrder.Start(seed, 0);
        List<(int Pfn, int Order)> held = [];
        for (int i = 0; i < 300; i++)
        {
            int order = TouchOrder.Page(start, 2 * i, 4);
            int pfn = buddy.Take(0, order, out _);
            if (pfn >= 0) held.Add((pfn, order));
        }
        for (int i = 0; i < held.Count; i++)
        {
            if (TouchOrder.Page(start, 2 * i + 1, 3) > 0) buddy.Free(0, held[i].Pfn, held[i].Order, (uint)TouchOrder.Page(start, i, 50));
        }
        return (state, buddy);
    }

    private static byte[] Saved(StateArrays state)
    {
        byte[] saved = new byte[state.Bytes];
        state.Save(saved);
        return saved;
    }
}
