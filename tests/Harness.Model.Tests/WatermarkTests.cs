namespace Harness.Model.Tests;

/// <summary>Are the watermarks the kernel's?</summary>
public sealed class WatermarkTests
{
    private const int GiB = 262_144;

    [Fact]
    public void One_GiB_keeps_four_times_the_root_of_its_KiB_and_steps_of_a_thousandth() =>
        Assert.Equal(new Watermarks(1_024, 1_286, 1_548, 1_810), Of([new(0, 0, GiB)], hugePages: false)[0]);

    [Fact]
    public void Transparent_huge_pages_raise_them() =>
        Assert.Equal(new Watermarks(5_632, 7_040, 8_448, 9_856), Of([new(0, 0, GiB)])[0]);

    [Fact]
    public void Three_zones_with_transparent_huge_pages_keep_67584_KiB()
    {
        Watermarks[] marks = Of([new(0, 0, 4 * GiB), new(0, 4 * GiB, 4 * GiB), new(1, 8 * GiB, 4 * GiB)]);
        Assert.Equal(67_584, marks.Sum(mark => mark.Min) * 4);
    }

    [Fact]
    public void Transparent_huge_pages_ask_for_at_most_a_twentieth_of_a_small_machine() =>
        Assert.Equal(2_526, Of([new(0, 0, 51_200)])[0].Min);

    [Fact]
    public void Zones_share_min_free_kbytes_by_size()
    {
        Watermarks[] marks = Of([new(0, 0, 3_000), new(1, 3_000, 1_000)], 4_000);
        Assert.Equal([new Watermarks(750, 937, 1_124, 1_311), new Watermarks(250, 312, 374, 436)], marks);
    }

    [Fact]
    public void The_scale_factor_widens_the_steps() =>
        Assert.Equal(
            new Watermarks(1_024, 1_024 + 2_621, 1_024 + 2 * 2_621, 1_024 + 3 * 2_621),
            Of([new(0, 0, GiB)], 4_096, scaleFactor: 100)[0]);

    [Fact]
    public void An_atomic_allocation_leaves_three_eighths_of_min() => Assert.Equal(38, new Watermarks(100, 125, 150, 175).AtomicMin);

    private static Watermarks[] Of(ZoneShape[] zones, int? minFreeKilobytes = null, int scaleFactor = 10, bool hugePages = true) =>
        Watermarks.Of(new AllocatorShape
        {
            Zones = zones,
            CpuNodes = [0],
            Tuning = PerCpuTuning.Fixed,
            MinFreeKilobytes = minFreeKilobytes,
            WatermarkScaleFactor = scaleFactor,
            TransparentHugePages = hugePages,
        });
}
