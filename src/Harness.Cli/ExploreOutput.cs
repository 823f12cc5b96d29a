using Harness.Model;
using Harness.Records;

namespace Harness.Cli;

/// <summary><c>simulate --explore POLICY</c> and <c>simulate --mutants</c>: what a search through all interleavings finds.</summary>
internal static class ExploreOutput
{
    private const int Indent = 4;
    private const int Width = 110;

    /// <summary>Explores a flush policy, printing each finding as soon as it is there.</summary>
    /// <returns><see cref="ExitCode.Found"/> when the policy as it is has a counterexample.</returns>
    /// <exception cref="UsageException">No such policy.</exception>
    public static int Explore(string policy, bool strict, bool json, CancellationToken cancel)
    {
        List<ReviewFinding> findings = [];
        try
        {
            foreach (ReviewFinding finding in PolicyReview.Of(policy, strict, cancel))
            {
                findings.Add(finding);
                if (!json) Print(finding);
            }
        }
        catch (FormatException e)
        {
            throw new UsageException(e.Message, e);
        }
        bool safe = findings.TrueForAll(finding => !finding.AsItIs || finding.Stories.Count == 0);
        bool finished = findings.TrueForAll(finding => finding.Finished);
        if (json)
            CliJson.Print(new { policy, strict, safe, finished, findings });
        else
            Console.Out.WriteLine(safe ? $"{policy}: nothing found{(finished ? "" : ", but not all was seen")}" : $"{policy}: unsafe");
        return (int)(safe ? ExitCode.Done : ExitCode.Found);
    }

    /// <summary>Takes out every rule in turn and prints the table.</summary>
    /// <returns><see cref="ExitCode.Found"/> when a mutant survives, or a kernel is unsafe with the rule in place.</returns>
    public static int Mutants(bool json, CancellationToken cancel)
    {
        List<MutantRow> rows = [];
        if (!json) Console.Out.WriteLine("| policy | rule taken out | caught by | steps | scene |\n|---|---|---|---|---|");
        foreach (MutantRow row in MutantTable.Rows(cancel))
        {
            rows.Add(row);
            if (!json) Console.Out.WriteLine($"| {row.Policy} | {row.Rule} | {Caught(row)} | {row.Moves} | {row.Scene} |");
        }
        bool all = rows.TrueForAll(row => row.Clean && row.Caught is not null);
        if (json) CliJson.Print(new { all, mutants = rows });
        return (int)(all ? ExitCode.Done : ExitCode.Found);
    }

    private static string Caught(MutantRow row) => (row.Clean ? "" : "UNSAFE WITH THE RULE; ") + (row.Caught ?? "NOT CAUGHT");

    private static void Print(ReviewFinding finding)
    {
        string states = finding.States == 0 ? "run once" : $"{finding.States:N0} states{(finding.Finished ? "" : ", not all")}";
        Console.Out.WriteLine($"{finding.Question} ({(finding.AsItIs ? "" : $"{finding.Rules}; ")}{states})");
        if (finding.Stories.Count == 0)
        {
            if (finding.States == 0) Wrap(finding.Covered);
            else Wrap($"nothing found{(finding.Covered.Length > 0 ? $"; covered by {finding.Covered}" : "")}");
            Console.Out.WriteLine();
            return;
        }
        foreach (IReadOnlyList<string> story in finding.Stories)
        {
            foreach (string line in story) Wrap(line);
            Console.Out.WriteLine();
        }
    }

    private static void Wrap(string line)
    {
        int indent = Indent;
        while (line.Length > Width - indent)
        {
            int cut = line.LastIndexOf(' ', Width - indent);
            if (cut <= 0) break;
            Console.Out.WriteLine(new string(' ', indent) + line[..cut]);
            line = line[(cut + 1)..];
            indent = Indent + 3;
        }
        Console.Out.WriteLine(new string(' ', indent) + line);
    }
}
