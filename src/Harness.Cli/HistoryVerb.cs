using System.CommandLine;
using Harness.Records;

namespace Harness.Cli;

/// <summary><c>history</c>: what is stored.</summary>
internal static class HistoryVerb
{
    public static Command Create(Folders folders) => new("history",
        """
        What the stored sessions say over time.

        Examples:
          ./run.sh history trend migrate-batching
        """)
    {
        HistoryTrend.Create(folders),
    };
}
