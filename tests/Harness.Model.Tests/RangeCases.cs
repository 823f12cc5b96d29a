using static Harness.Model.VmaFlags;

namespace Harness.Model.Tests;

/// <summary>Small kernels with the calls that tests repeat, scenes set by hand, and the sums that must add up after every test.</summary>
internal static class RangeCases
{
    /// <summary>Pages of one page table.</summary>
    internal const int Table = AddressSpaces.TablePages;

    /// <summary>One address space of four pages that runs on two CPUs, and a file of four pages, whose contents are 100 to 103.</summary>
    internal static SmallKernel On(string profile) =>
        new() { Profile = Profile.Parse(profile), TaskMms = [0, 0], Pages = 4, FilePages = 4, Frames = [8] };

    internal static Kernel AnonymousRange(this Kernel kernel, int start, int end, VmaFlags flags = Read | Write, int mm = 0)
    {
        kernel.Spaces.Add(mm, new Vma(start, end, flags, Vma.Anonymous, 0));
        return kernel;
    }

    /// <summary>Maps the file's first pages.</summary>
    internal static Kernel FileRange(this Kernel kernel, int start, int end, VmaFlags flags = Read, int mm = 0)
    {
        kernel.Spaces.Add(mm, new Vma(start, end, flags, 0, 0));
        return kernel;
    }

    internal static void Munmap(this Kernel kernel, int task, int page, int pages) =>
        kernel.Run(task, new KernelCall(CallKind.Unmap, page, pages));

    internal static void Protect(this Kernel kernel, int task, int page, int pages, VmaFlags rights) =>
        kernel.Run(task, new KernelCall(CallKind.Protect, page, pages, (int)rights));

    internal static void Reclaim(this Kernel kernel, int task, int page, int pages) =>
        kernel.Run(task, new KernelCall(CallKind.Reclaim, 0, page, pages));

    internal static void WriteFile(this Kernel kernel, int task, int page, long value) =>
        kernel.Run(task, new KernelCall(CallKind.Write, 0, page, Value: value));

    internal static void Invalidate(this Kernel kernel, int task, int page, long value) =>
        kernel.Run(task, new KernelCall(CallKind.Invalidate, 0, page, Value: value));

    internal static void Migrate(this Kernel kernel, int task, int page, int pages, int node) =>
        kernel.Run(task, new KernelCall(CallKind.Migrate, page, pages, node, (int)MigrateReason.Demotion));

    /// <summary>Steps the task once, after the flushes it waits for.</summary>
    /// <returns>False when its call is over.</returns>
    internal static bool Advance(this Kernel kernel, int task)
    {
        if (!kernel.Ready(task)) kernel.DeliverAll();
        return kernel.Step(task).Kind != PauseKind.Done;
    }

    /// <summary>Steps the task until something holds; fails when its call ends first.</summary>
    internal static void AdvanceUntil(this Kernel kernel, int task, Func<bool> holds)
    {
        while (!holds()) Assert.True(kernel.Advance(task));
    }

    internal static void FinishCall(this Kernel kernel, int task)
    {
        while (kernel.Advance(task))
        {
        }
    }

    /// <summary>A new folio is mapped by PTEs, as faults would have done, whatever the range is of.</summary>
    /// <returns>Its first frame.</returns>
    internal static int MapFolio(this Kernel kernel, int page, int order = 0, bool dirty = false, int mm = 0)
    {
        int folio = kernel.NewFolio(mm, page, order);
        int pages = 1 << order;
        Assert.True(kernel.Spaces.Find(mm, page, out Vma vma));
        // of a private mapping a file's page is never mapped writable
        bool writable = vma.Is(VmaFlags.Write) && (!vma.OfFile || vma.Is(Shared));
        for (int i = 0; i < pages; i++)
        {
            kernel.Spaces.Pte(mm, page + i) = Pte.Of(folio + i, writable, dirty);
            kernel.Spaces.UseTable(mm, page + i);
            kernel.Frames.MapCount(folio + i)++;
        }
        kernel.Frames.References(folio) += pages;
        return folio;
    }

    /// <summary>A new folio of 512 frames is mapped by one entry.</summary>
    internal static int MapHuge(this Kernel kernel, int page, int mm = 0)
    {
        int folio = kernel.NewFolio(mm, page, order: 9);
        kernel.Spaces.Pte(mm, page) = Pte.Of(folio, writable: true).With(Pte.HugeBit);
        kernel.Frames.MapCount(folio)++;
        kernel.Frames.References(folio)++;
        return folio;
    }

    /// <summary>The file's pages come into the page cache as one folio that nobody maps.</summary>
    internal static int CacheFolio(this Kernel kernel, int index, int order = 0)
    {
        int folio = kernel.Allocate(0, 0, order, AllocationFlags.None, out _);
        Assert.True(folio >= 0);
        kernel.Frames.Assign(folio, FrameUse.File, 0, index);
        kernel.Frames.Set(folio, FolioFlags.Lru);
        for (int i = 0; i < 1 << order; i++)
        {
            kernel.Frames.Content(folio + i) = kernel.Cache.Stored(0, index + i);
            kernel.Cache.Insert(0, index + i, folio + i);
        }
        return folio;
    }

    /// <summary>Flushes that other CPUs were asked for.</summary>
    internal static long Sends(this Kernel kernel) => kernel.Tallies.Total(FlushReason.RemoteIpiSend);

    internal static long Count(this Kernel kernel, int cpu, FlushReason reason, FlushedPages pages) =>
        kernel.Tallies.Flushes[Tallies.At(cpu, reason, pages)];

    /// <summary>Frames that the allocator has.</summary>
    internal static int FreeFrames(this Kernel kernel)
    {
        int free = 0;
        for (int zone = 0; zone < kernel.Shape.Memory.Zones.Count; zone++)
        {
            free += kernel.Allocator.FreePages(zone);
            for (int cpu = 0; cpu < kernel.Shape.Cpus; cpu++) free += kernel.Allocator.PcpCount(cpu, zone);
        }
        return free;
    }

    internal static int MappedPages(this Kernel kernel, int mm = 0)
    {
        int mapped = 0;
        foreach (Pte pte in kernel.Spaces.Ptes(mm)) mapped += pte.Maps ? 1 : 0;
        return mapped;
    }

    internal static byte[] SaveState(this Kernel kernel) => Save(kernel.State);

    internal static byte[] SaveTallies(this Kernel kernel) => Save(kernel.Tallies.Arrays);

    /// <summary>
    /// Between calls: a frame's mapping count is the PTEs that map it, a folio's references are those and the page cache's one, every frame
    /// is in use or free, and nothing is locked. No access was wrong, unless that is the point of the test.
    /// </summary>
    internal static void AssertBalanced(this Kernel kernel, long violations = 0, int heldFolio = -1)
    {
        Frames frames = kernel.Frames;
        int[] mapped = new int[frames.Count];
        int[] references = new int[frames.Count];
        for (int mm = 0; mm < kernel.Spaces.Count; mm++)
        {
            Assert.True(kernel.Spaces.CanWrite(mm));
            Assert.Equal(0, kernel.Spaces.ChangesInFlight(mm));
            for (int page = 0; page < kernel.Spaces.Pages; page++)
            {
                Assert.True(kernel.Spaces.TableIsFree(mm, page, task: -1));
                Pte pte = kernel.Spaces.Pte(mm, page);
                Assert.False(pte.IsEntry);
                if (!pte.Maps) continue;
                mapped[pte.Frame]++;
                references[frames.Folio(pte.Frame)]++;
            }
        }
        for (int index = 0; index < kernel.Cache.Pages; index++)
        {
            int cached = kernel.Cache.Find(0, index);
            if (cached >= 0 && cached == frames.Folio(cached)) references[cached]++;
        }
        if (heldFolio >= 0) references[heldFolio]++;
        int used = 0;
        for (int frame = 0; frame < frames.Count; frame++)
        {
            Assert.Equal(mapped[frame], frames.MapCount(frame));
            Assert.Equal(references[frame], frames.References(frame));
            Assert.Equal(references[frames.Folio(frame)] == 0, frames.Use(frame) == FrameUse.Free);
            Assert.False(frames.Has(frame, FolioFlags.Locked));
            used += frames.Use(frame) == FrameUse.Free ? 0 : 1;
        }
        Assert.Equal(frames.Count - used, kernel.FreeFrames());
        for (int task = 0; task < kernel.Tasks; task++) Assert.True(kernel.Idle(task));
        Assert.Equal(violations, kernel.Oracle!.Violations);
    }

    private static int NewFolio(this Kernel kernel, int mm, int page, int order)
    {
        Assert.True(kernel.Spaces.Find(mm, page, out Vma vma));
        if (vma.OfFile) return kernel.CacheFolio(vma.Index(page), order);
        int folio = kernel.Allocate(0, 0, order, AllocationFlags.None, out _);
        Assert.True(folio >= 0);
        kernel.Frames.Assign(folio, FrameUse.Anonymous, kernel.Spaces.Family(mm), page);
        kernel.Frames.Set(folio, FolioFlags.Lru);
        // the reference of whoever allocated it
        kernel.Frames.References(folio) = 0;
        return folio;
    }

    private static byte[] Save(StateArrays arrays)
    {
        byte[] saved = new byte[arrays.Bytes];
        arrays.Save(saved);
        return saved;
    }
}
