using System.CommandLine;

using Harness.Records;

namespace Harness.Cli;

/// <summary><c>compare [A B]</c>: two arms of a stored session.</summary>
internal static class CompareVerb
{
    public static Command Create(Folders folders)
    {
        Argument<string[]> arms = new("arms")
        {
            Description = "Two arms of the session, before and after; the plan's first two when left out",
            Arity = new ArgumentArity(0, 2),
        };
        Option<string?> session = CommonOptions.Session();
        Option<bool> json = CommonOptions.Json();
        Command compare = new("compare",
            """
            Compares two arms of the last session (or of a named one): median, paired change with its 95 % interval, verdict per counter.
            Leaves with 1 when a counter regressed.

            Examples:
              ./run.sh compare
              ./run.sh compare before after --json
            """)
        { arms, session, json };
        compare.SetAction(parsed =>
        {
            string[] named = parsed.GetValue(arms) ?? [];
            if (named.Length == 1) throw new UsageException("compare takes two arms or none");
            StoredSession stored = StoredSession.Load(folders, parsed.GetValue(session));
            if (named.Length == 0) named = [.. stored.Manifest.Arms.Take(2).Select(arm => arm.Name)];
            if (named.Length < 2) throw new UsageException($"session {stored.Manifest.Session} has one arm; see ./run.sh validate");
            return SessionOutput.Print(folders, stored, named[0], named[1], parsed.GetValue(json));
        });
        return compare;
    }
}
