namespace Harness.Model.Tests;

/// <summary>Does one array of translations do what a plain list of each set would?</summary>
public sealed class TlbBankTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(4, 2)]
    [InlineData(2, 16)]
    [InlineData(2, 17)]
    [InlineData(1, 72)]
    public void A_set_is_a_list_in_the_order_of_last_use_whose_end_makes_room(int sets, int ways)
    {
        var bank = new TlbBank(new StateArrays(), 2, sets, ways, ways);
        List<(ulong Tag, ulong Word)>[] lists = [.. Enumerable.Range(0, sets).Select(_ => new List<(ulong, ulong)>())];
        ulong start = TouchOrder.Start(3, ways);
        int hits = 0;
        for (int step = 0; step < 20_000; step++)
        {
            int any = TouchOrder.Page(start, step, 1 << 20);
            long page = (any >> 8) % (sets * ways * 2);
            int asid = any & 1;
            ulong tag = TlbTag.Small(asid, page);
            List<(ulong Tag, ulong Word)> list = lists[page % sets];
            int place = list.FindIndex(entry => entry.Tag == tag);
            switch ((any >> 1) & 7)
            {
                case 0:
                    bank.Drop(1, tag);
                    if (place >= 0) list.RemoveAt(place);
                    break;
                case 1 when (any & 0xF0) == 0:
                    bank.DropClasses(1, TlbTag.ClassesOf(asid));
                    foreach (List<(ulong Tag, ulong Word)> each in lists) each.RemoveAll(entry => TlbTag.Class(entry.Tag) == asid);
                    break;
                case 2:
                    bank.Replace(1, tag, (ulong)step);
                    if (place >= 0) list[place] = (tag, (ulong)step);
                    break;
                case < 6:
                    bank.Insert(1, tag, (ulong)step);
                    if (place >= 0) list.RemoveAt(place);
                    else if (list.Count == ways) list.RemoveAt(ways - 1);
                    list.Insert(0, (tag, (ulong)step));
                    break;
                default:
                    Assert.Equal(place >= 0, bank.TryUse(1, tag, out ulong word));
                    Assert.Equal(place >= 0 ? list[place].Word : 0, word);
                    if (place < 0) break;
                    hits++;
                    list.Insert(0, list[place]);
                    list.RemoveAt(place + 1);
                    break;
            }
        }
        Assert.InRange(hits, 500, 5_000);
    }

    [Fact]
    public void A_2_MiB_translation_beyond_its_share_of_a_set_takes_the_place_of_the_oldest_2_MiB_one()
    {
        var bank = new TlbBank(new StateArrays(), 1, sets: 1, ways: 4, hugeWays: 2);
        ulong[] tags = [TlbTag.Small(0, 1), TlbTag.Huge(0, 512 * 2), TlbTag.Huge(0, 512 * 3), TlbTag.Small(0, 4), TlbTag.Huge(0, 512 * 5)];
        foreach (ulong tag in tags) bank.Insert(0, tag, 1);
        Assert.Equal([true, false, true, true, true], tags.Select(tag => bank.Holds(0, tag, out _)));
    }
}
