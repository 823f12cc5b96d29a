using Mono.Unix.Native;

namespace Harness.Interop.Tests;

/// <summary>Do the NUMA calls reach the kernel with the right masks? Needs one node only; node 0 has memory on every x86 host.</summary>
public sealed class NumaTests
{
    private const int NoSuchNode = 1000;

    [Fact]
    public void A_touched_page_is_on_the_node_that_both_calls_name()
    {
        using Pages pages = new(2);
        pages.Touch();
        int[] status = [-1, -1];
        Assert.Equal(0, Numa.MovePages([pages[0], pages[1]], [], status));
        Assert.Equal(Numa.NodeOf(pages[0]), status[0]);
        Assert.True(status[1] >= 0);
    }

    [Fact]
    public void A_page_that_was_never_touched_has_no_node()
    {
        using Pages pages = new(1);
        int[] status = [0];
        Numa.MovePages([pages[0]], [], status);
        Assert.True(status[0] is -(int)Errno.ENOENT or -(int)Errno.EFAULT, $"status {status[0]}");
    }

    [Fact]
    public void Moving_a_page_to_its_own_node_leaves_it_there()
    {
        using Pages pages = new(1);
        pages.Touch();
        int node = Numa.NodeOf(pages[0]);
        int[] status = [-1];
        Assert.Equal(0, Numa.MovePages([pages[0]], [node], status));
        Assert.Equal(node, status[0]);
    }

    [Fact]
    public void A_node_that_does_not_exist_is_ENODEV_with_the_call_named()
    {
        using Pages pages = new(1);
        pages.Touch();
        NativeException e = Assert.Throws<NativeException>(() => Numa.MovePages([pages[0]], [NoSuchNode], new int[1]));
        Assert.Equal(Errno.ENODEV, e.Errno);
        Assert.StartsWith("move_pages(1 pages): ENODEV (", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Migrating_from_a_node_to_itself_leaves_no_page_behind() => Assert.Equal(0, Numa.MigratePages(0, [0], [0]));

    [Fact]
    public void Migrating_to_a_node_that_does_not_exist_is_refused()
    {
        NativeException e = Assert.Throws<NativeException>(() => Numa.MigratePages(0, [0], [NoSuchNode]));
        Assert.Equal(Errno.EINVAL, e.Errno);
        Assert.Contains("migrate_pages(pid 0, node 0 to node 1000)", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_range_bound_to_node_0_gets_its_pages_there()
    {
        using Pages pages = new(4);
        Numa.Bind(pages.Start, (nuint)pages.Length, [0]);
        pages.Touch();
        Assert.Equal(0, Numa.NodeOf(pages[3]));
    }

    [Fact]
    public void Binding_to_a_node_that_does_not_exist_is_refused()
    {
        using Pages pages = new(1);
        Assert.Equal(Errno.EINVAL, Assert.Throws<NativeException>(() => Numa.Bind(pages.Start, (nuint)pages.Length, [NoSuchNode])).Errno);
    }

    [Fact]
    public void Lists_of_unequal_length_never_reach_the_kernel() =>
        Assert.Throws<ArgumentException>(() => Numa.MovePages([1, 2], [0], new int[2]));
}
