using System.Text;
using Harness.Host.Proc;

namespace Harness.Host.Tests;

public sealed class InterruptRowsTests
{
    [Theory]
    [InlineData("this", 35, "31513,33170")]
    [InlineData("vm-6.1", 21, "0,0,0,1")]
    [InlineData("vm-6.12", 25, "0,1,0,1")]
    public void Every_row_of_a_real_file_is_read_and_the_TLB_row_has_its_numbers(string host, int rows, string tlb)
    {
        byte[] text = Saved.Bytes(host, "/proc/interrupts");
        var table = new InterruptTable(text);

        Assert.Equal(0, table.Malformed);
        Assert.Equal(text.Count(b => b == '\n') - 1, table.Rows.Count);
        Assert.Equal(rows, table.Rows.Count);
        InterruptRow row = table.Find("TLB")!;
        Assert.Equal("TLB shootdowns", row.Description);
        Assert.Equal(tlb, string.Join(',', row.Counts));
    }

    [Fact]
    public void Rows_carry_what_interrupts_and_rows_with_one_number_are_told_apart()
    {
        var table = new InterruptTable(Saved.Bytes("vm-6.12", "/proc/interrupts"));

        Assert.Equal("IO-APIC   2-edge      timer", table.Find("0")!.Description);
        Assert.Equal([85UL, 0, 0, 0], table.Find("0")!.Counts);
        Assert.Equal("Rescheduling interrupts", table.Find("RES")!.Description);
        Assert.True(table.Find("ERR")!.IsSingle);
        Assert.Equal([0UL], table.Find("ERR")!.Counts);
        Assert.False(table.Find("NMI")!.IsSingle);
    }

    [Fact]
    public void A_hole_in_the_CPU_ids_is_kept()
    {
        var table = new InterruptTable(Saved.Bytes("vm-6.1-cpu2-offline", "/proc/interrupts"));

        Assert.Equal([0, 1, 3], table.Cpus);
        Assert.Equal([502UL, 440, 368], table.Find("LOC")!.Counts);
        Assert.Equal(0, table.Malformed);
    }

    [Fact]
    public void Every_count_of_512_CPUs_is_read()
    {
        var table = new InterruptTable(BigInterrupts.Render());

        Assert.Equal(BigInterrupts.Cpus, table.Cpus);
        Assert.Equal(BigInterrupts.Rows + 2, table.Rows.Count);
        for (int row = 0; row < BigInterrupts.Rows; row++)
        {
            Assert.Equal(BigInterrupts.Name(row), table.Rows[row].Name);
            Assert.Equal(BigInterrupts.Description(row), table.Rows[row].Description);
            Assert.Equal(BigInterrupts.Cpus.Select(cpu => BigInterrupts.Count(row, cpu)), table.Rows[row].Counts);
        }
    }

    [Fact]
    public void Reading_512_CPUs_allocates_nothing()
    {
        byte[] text = BigInterrupts.Render();
        int[] cpus = new int[512];
        ulong[] counts = new ulong[512];
        ulong expected = Sum(text, cpus, counts);

        long before = GC.GetAllocatedBytesForCurrentThread();
        ulong sum = Sum(text, cpus, counts);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(0, allocated);
        Assert.Equal(expected, sum);
        Assert.NotEqual(0UL, sum);
    }

    [Fact]
    public void Rows_after_a_CPU_went_offline_are_reported_and_never_given_to_the_wrong_CPU()
    {
        var table = new InterruptTable(BigInterrupts.Render(withoutCpu: 8, fromRow: 100));

        Assert.Equal(BigInterrupts.Rows - 100, table.Malformed);
        Assert.Null(table.Find("100"));
        Assert.Equal(BigInterrupts.Count(99, 8), table.Find("99")!.Counts[Array.IndexOf(table.Cpus, 8)]);
        Assert.Equal([5UL], table.Find("ERR")!.Counts);
    }

    [Theory]
    [InlineData("  0:  1  2  3  IO-APIC timer\n", "more counts than CPUs: one came on line meanwhile")]
    [InlineData("  0:  1  IO-APIC timer\n", "fewer counts than CPUs")]
    [InlineData("  0:  1  18446744073709551616  IO-APIC timer\n", "2^64 does not fit")]
    [InlineData("  0:  1  99999999999999999999999999  IO-APIC timer\n", "far too large")]
    [InlineData("  0:  1  2  IO-APIC ti\0mer\n", "a NUL byte")]
    [InlineData("  0:  1  -2  IO-APIC timer\n", "a negative count")]
    [InlineData("  0   1  2  IO-APIC timer\n", "no colon")]
    [InlineData("  :   1  2  IO-APIC timer\n", "no name")]
    [InlineData("  0:  1  2  IO-APIC timer", "cut off at the end")]
    [InlineData("  0:\n", "no counts")]
    [InlineData("\n", "an empty line")]
    public void A_damaged_row_is_counted_and_its_neighbours_are_read(string row, string damage)
    {
        var table = new InterruptTable(Encoding.ASCII.GetBytes($"     CPU0  CPU1\nNMI:  7  8  Non-maskable interrupts\n{row}"));

        Assert.True(table.Malformed == 1, damage);
        InterruptRow neighbour = Assert.Single(table.Rows);
        Assert.Equal([7UL, 8], neighbour.Counts);
    }

    [Fact]
    public void The_largest_64_bit_count_is_read() =>
        Assert.Equal([ulong.MaxValue], new InterruptTable("  CPU0\nNMI: 18446744073709551615 x\n"u8).Find("NMI")!.Counts);

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("     CPU0  CPU1")]
    [InlineData("     CPU1  CPU0\nNMI: 1 2 x\n")]
    [InlineData("     CPU0  CPU0\nNMI: 1 2 x\n")]
    [InlineData("     CPU0  CPU99999999999999999999\nNMI: 1 2 x\n")]
    [InlineData("     CPU0  DPU1\nNMI: 1 2 x\n")]
    [InlineData("     CPU0\0 CPU1\nNMI: 1 2 x\n")]
    public void Without_a_sound_header_no_count_has_an_owner(string text)
    {
        var table = new InterruptTable(Encoding.ASCII.GetBytes(text));

        Assert.Empty(table.Rows);
        Assert.Empty(table.Cpus);
        Assert.Equal(text.Length > 0 ? 1 : 0, table.Malformed);
    }

    [Fact]
    public void A_second_row_of_one_name_is_reported() => Assert.Equal(1, new InterruptTable("  CPU0\nNMI: 1 x\nNMI: 2 x\n"u8).Malformed);

    [Fact]
    public void Buffers_that_are_too_short_are_refused() =>
        Assert.Throws<ArgumentException>(() => new InterruptRows("  CPU0 CPU1\n"u8, new int[1], new ulong[2]).MoveNext());

    private static ulong Sum(byte[] text, int[] cpus, ulong[] counts)
    {
        ulong sum = 0;
        var rows = new InterruptRows(text, cpus, counts);
        while (rows.MoveNext())
        {
            foreach (ulong count in rows.Counts) sum += count;
        }
        return sum;
    }
}
