namespace Harness.Model;

/// <summary>Events that a translation put off could contradict.</summary>
internal enum FlushTrigger
{
    /// <summary>A write to a page mapped read-only: do_wp_page.</summary>
    WriteFault,

    /// <summary>mmap with PROT_WRITE: do_mmap.</summary>
    WritableMap,

    /// <summary>
    /// Any other fault that maps a page writable, or private memory in place of the file's (do_shared_fault, do_cow_fault).
    /// </summary>
    WritableFault,

    /// <summary>write(2), when the page cache has changed and before the call returns.</summary>
    FileWrite,

    /// <summary>The file changed on its server, and the page cache has dropped the page.</summary>
    Invalidation,
}
