namespace Harness.Model;

/// <summary>
/// Hears what happens in a kernel, to give each thing its time and to go on with those who waited. What is of no interest needs no method.
/// </summary>
internal interface IKernelWatcher
{
    /// <summary>A flush was sent to this CPU, which will be busy with it that long, and then must <see cref="Kernel.Receive"/>.</summary>
    void Interrupted(int cpu, long handlerNs);

    /// <summary>The last CPU that the task's flush was sent to has run it.</summary>
    void Acknowledged(int task)
    {
    }

    /// <summary>A PTE was cleared, or became a migration entry, in that generation of its address space.</summary>
    void Unmapped(int mm, int page, long generation)
    {
    }

    /// <summary>A folio is copied, from where its pages were unmapped.</summary>
    void Copying(int folio)
    {
    }

    /// <summary>A migration entry became a mapping again.</summary>
    void Mapped(int mm, int page)
    {
    }

    /// <summary>A page table's lock was released after a flush under it; <paramref name="page"/> is the page it was flushed for.</summary>
    void TableUnlocked(int mm, int page)
    {
    }

    /// <summary>A folio was unlocked.</summary>
    /// <returns>How many tasks that wakes.</returns>
    int FolioUnlocked(int folio);

    /// <summary>lru_cache_disable: before the task's next step, every CPU must drain its caches.</summary>
    void Draining(int task)
    {
    }
}
