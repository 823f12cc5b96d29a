using System.CommandLine;
using Harness.Records;
using Harness.Store;

namespace Harness.Cli;

/// <summary><c>compare [A B]</c>: two arms of a stored session, or of two.</summary>
internal static class CompareVerb
{
    public static Command Create(Folders folders)
    {
        Argument<string[]> sides = new("sides")
        {
            Description = "Before and after: each an arm of the session, another session's id or its beginning (its second arm), or "
                + "SESSION:ARM; the session's first two arms when left out",
            Arity = new ArgumentArity(0, 2),
        };
        Option<string?> session = CommonOptions.Session();
        Option<bool> json = CommonOptions.Json();
        Command compare = new("compare",
            """
            Compares two arms of the last session (or of a named one), pair by pair: median, change with its 95 % interval, verdict per
            counter. Two arms of different sessions are compared too: what drift between sessions may do is then part of the interval.
            Leaves with 1 when a counter regressed.

            Examples:
              ./run.sh compare
              ./run.sh compare before after --json
              ./run.sh compare 20261121T180056Z 20261121T180141Z
              ./run.sh compare 20261121T180056Z:after after
            """)
        { sides, session, json };
        compare.SetAction(parsed =>
        {
            string[] named = parsed.GetValue(sides) ?? [];
            if (named.Length == 1)
                throw new UsageException("compare takes two sides or none; --session ID names a session for its first two arms");
            using ResultStore store = StoredSession.OpenStore(folders);
            Compared compared = named.Length == 0
                ? Compared.Of(StoredSession.Load(store, parsed.GetValue(session)))
                : Compared.Of(store, parsed.GetValue(session), named[0], named[1]);
            return SessionOutput.Print(folders, compared, parsed.GetValue(json));
        });
        return compare;
    }
}
