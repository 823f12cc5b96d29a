namespace Harness.Interop;

/// <summary>Moving and binding pages between memory nodes.</summary>
public static unsafe class Numa
{
    private const string NodeHint = "every node must be online, have memory and be allowed by the cpuset";

    // The kernel reads one bit less than it is told, in all three calls; libnuma adds one too.
    private const nuint MaxNode = IdMask.MaxIds + 1;

    /// <summary>Moves all pages of a process from some nodes to others: migrate_pages(2).</summary>
    /// <param name="pid">The process; 0 is this one.</param>
    /// <param name="from">Nodes to empty.</param>
    /// <param name="to">Nodes to fill.</param>
    /// <returns>Pages that could not be moved.</returns>
    public static long MigratePages(int pid, ReadOnlySpan<int> from, ReadOnlySpan<int> to)
    {
        fixed (ulong* oldNodes = IdMask.Of(from), newNodes = IdMask.Of(to))
        {
            nint left = libc.migrate_pages(pid, MaxNode, oldNodes, newNodes);
            return left >= 0 ? left : throw NativeException.Last($"migrate_pages(pid {pid}, {Names(from)} to {Names(to)})", NodeHint);
        }
    }

    /// <summary>Moves single pages of this process, or asks where they are: move_pages(2).</summary>
    /// <param name="pages">Addresses in the pages.</param>
    /// <param name="nodes">The node for each page; empty to only ask.</param>
    /// <param name="status">For each page the node it is on now, or a negative errno (-ENOENT: not there).</param>
    /// <returns>Pages that could not be moved.</returns>
    public static long MovePages(ReadOnlySpan<nint> pages, ReadOnlySpan<int> nodes, Span<int> status)
    {
        if (status.Length != pages.Length || (nodes.Length != 0 && nodes.Length != pages.Length))
            throw new ArgumentException($"{pages.Length} pages, {nodes.Length} nodes, {status.Length} places for their status");
        fixed (nint* addresses = pages)
        fixed (int* to = nodes, into = status)
        {
            nint left = libc.move_pages(0, (nuint)pages.Length, (void**)addresses, nodes.IsEmpty ? null : to, into, (int)libc.MPOL_MF_MOVE);
            return left >= 0 ? left : throw NativeException.Last($"move_pages({pages.Length} pages)", NodeHint);
        }
    }

    /// <summary>Binds an address range to nodes and moves the pages that are elsewhere: mbind(2) with MPOL_BIND.</summary>
    /// <param name="start">Start of the range, at a page's start.</param>
    /// <param name="length">Bytes.</param>
    /// <param name="nodes">The nodes.</param>
    public static void Bind(nint start, nuint length, ReadOnlySpan<int> nodes)
    {
        fixed (ulong* mask = IdMask.Of(nodes))
        {
            uint flags = libc.MPOL_MF_MOVE | libc.MPOL_MF_STRICT;
            if (libc.mbind((void*)start, length, libc.MPOL_BIND, mask, MaxNode, flags) < 0)
                throw NativeException.Last($"mbind({length} bytes, {Names(nodes)})", NodeHint);
        }
    }

    /// <summary>The node of the page at an address, which is faulted in if it is not there: get_mempolicy(2).</summary>
    public static int NodeOf(nint address)
    {
        int node;
        return libc.get_mempolicy(&node, null, 0, (void*)address, libc.MPOL_F_NODE | libc.MPOL_F_ADDR) == 0
            ? node
            : throw NativeException.Last($"get_mempolicy(0x{address:x})");
    }

    private static string Names(ReadOnlySpan<int> nodes) => "node " + string.Join(',', nodes.ToArray());
}
