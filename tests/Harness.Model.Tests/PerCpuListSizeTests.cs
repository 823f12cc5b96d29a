namespace Harness.Model.Tests;

/// <summary>Do the sizes of per-CPU lists follow from the zone as the kernel's do?</summary>
public sealed class PerCpuListSizeTests
{
    private const int GiB = 262_144;

    [Theory]
    [InlineData(1_000, 1)]
    [InlineData(115_200, 31)]
    [InlineData(GiB, 63)]
    [InlineData(64 * GiB, 63)]
    public void The_batch_is_63_from_1_GiB_on_and_31_on_450_MiB(int pages, int batch) =>
        Assert.Equal(batch, Size(PerCpuTuning.Fixed, pages, cpus: 4).Batch);

    [Fact]
    public void In_6_1_the_CPUs_of_the_node_share_its_low_watermark()
    {
        // low: 1,024 pages of min_free_kbytes and 0.1 % of the zone
        Assert.Equal(new PerCpuSize(63, 1_286 / 4, 1_286 / 4), Size(PerCpuTuning.Fixed, GiB, cpus: 4));
        Assert.Equal(new PerCpuSize(63, 4 * 63, 4 * 63), Size(PerCpuTuning.Fixed, GiB, cpus: 16));
    }

    [Fact]
    public void In_6_12_they_may_grow_to_an_eighth_of_the_zone()
    {
        Assert.Equal(new PerCpuSize(63, 1_286 / 4, 8_192), Size(PerCpuTuning.Automatic, GiB, cpus: 4));
        Assert.Equal(3_600, Size(PerCpuTuning.Automatic, 115_200, cpus: 4).HighMax);
    }

    [Fact]
    public void All_CPUs_share_a_node_that_has_none()
    {
        var shape = new AllocatorShape
        {
            Zones = [new(0, 0, GiB), new(1, GiB, GiB)],
            CpuNodes = [0, 0, 2, 2, 2, 2],
            Tuning = PerCpuTuning.Automatic,
        };
        Allocator allocator = AllocatorCases.Build(shape);
        Assert.Equal(GiB / 8 / 2, allocator.PcpSize(0).HighMax);
        Assert.Equal(GiB / 8 / 6, allocator.PcpSize(1).HighMax);
    }

    private static PerCpuSize Size(PerCpuTuning tuning, int pages, int cpus)
    {
        var shape = new AllocatorShape
        {
            Zones = [new(0, 0, pages)],
            CpuNodes = new int[cpus],
            Tuning = tuning,
            MinFreeKilobytes = 4_096,
        };
        return PerCpuSize.Of(shape, shape.Zones[0], Watermarks.Of(shape)[0]);
    }
}
