namespace Harness.Model;

/// <summary>Who migrates: decides the mode, and what a lazy policy makes of it.</summary>
internal enum MigrateReason
{
    /// <summary>migrate_pages(2), move_pages(2): synchronous.</summary>
    Syscall,

    /// <summary>Reclaim moves what is cold to a slower node: asynchronous.</summary>
    Demotion,

    /// <summary>A hint fault moves one page: asynchronous.</summary>
    NumaMisplaced,
}
