using System.CommandLine;
using System.Globalization;
using Harness.Records;
using Harness.Store;

namespace Harness.Cli;

/// <summary><c>history</c>: the stored sessions; one as a file, and back; a night's levels as the new normal.</summary>
internal static class HistoryVerb
{
    private const int Shown = 20;         // sessions that are listed when nothing is said: a terminal's height at two lines each
    private const int MostDays = 36_500;
    private const int MostSessions = 1_000_000;

    public static Command Create(Folders folders)
    {
        Option<string?> plan = new("--plan") { Description = "Sessions of this plan" };
        Option<string?> shape = new("--shape") { Description = $"Sessions in this shape of their plan, {SessionFilter.Own} for its own" };
        Option<string?> box = new("--box") { Description = "Sessions that this box ran" };
        Option<string?> kernel = new("--kernel") { Description = "Sessions with a run on a kernel whose release begins so: 6.12, 6.12.95" };
        Option<bool> nightly = new("--nightly") { Description = "Sessions of 'nightly' alone" };
        Option<DateTimeOffset?> since =
            Moment("--since", "Sessions that began then or later: 2026-11-20, 2026-11-20T18:00, 7d (days ago); UTC");
        Option<DateTimeOffset?> until = Moment("--until", "Sessions that began before then");
        Option<int?> limit = CommonOptions.Positive("--limit", $"At most so many, the newest; {Shown} when left out", MostSessions);
        Option<bool> json = CommonOptions.Json();
        Command history = new("history",
            """
            Lists the stored sessions, the newest first: id, when it began, box, its runs, plan and shape, the kernels they ran on. Other
            verbs take a session's id, its beginning, or any part that no other id has.

            Examples:
              ./run.sh history --plan migrate-batching --since 7d
              ./run.sh history --kernel 6.12 --json
              ./run.sh history export 20261121T180056Z session.zip
              ./run.sh history accept 20261121T180056Z "new BIOS, as ordered"
            """)
        {
            plan, shape, box, kernel, nightly, since, until, limit, json,
            HistoryTrend.Create(folders),
            HistoryAllNights.Create(folders),
            HistoryPackages.Export(folders),
            HistoryPackages.Import(folders),
            HistoryAccept.Create(folders),
            HistoryCalibrations.Create(folders),
            HistoryRecordings.Create(folders),
        };
        history.SetAction(parsed =>
        {
            int most = parsed.GetValue(limit) ?? Shown;
            SessionFilter filter = new()
            {
                Plan = parsed.GetValue(plan),
                Shape = parsed.GetValue(shape),
                Box = parsed.GetValue(box),
                Kernel = parsed.GetValue(kernel),
                NightlyOnly = parsed.GetValue(nightly),
                Since = parsed.GetValue(since),
                Until = parsed.GetValue(until),
                Limit = most + 1,    // one more tells whether there are more
            };
            using ResultStore store = StoredSession.OpenStore(folders);
            IReadOnlyList<ListedSession> found = store.List(filter);
            IReadOnlyList<ListedSession> listed = [.. found.Take(most)];
            if (parsed.GetValue(json)) CliJson.Print(new { sessions = listed.Select(HistoryList.Json) });
            else HistoryList.Write(Console.Out, listed);
            if (found.Count == 0) Console.Error.WriteLine("note: no stored session is such");
            else if (found.Count > most) Console.Error.WriteLine($"note: these are the newest {most}; --limit {most * 10} shows more");
            return (int)ExitCode.Done;
        });
        return history;
    }

    /// <summary>A day, a minute or a number of days ago.</summary>
    private static Option<DateTimeOffset?> Moment(string name, string description)
    {
        string[] forms = ["yyyy-MM-dd", "yyyy-MM-dd HH:mm", "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss"];
        return new Option<DateTimeOffset?>(name)
        {
            Description = description,
            CustomParser = result =>
            {
                string text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
                CultureInfo plain = CultureInfo.InvariantCulture;
                bool isNumber = int.TryParse(text.TrimEnd('d'), NumberStyles.None, plain, out int days);
                if (isNumber && text == $"{days}d" && days <= MostDays) return DateTimeOffset.UtcNow.AddDays(-days);
                if (DateTimeOffset.TryParseExact(text, forms, plain, DateTimeStyles.AssumeUniversal, out DateTimeOffset moment))
                    return moment;
                result.AddError($"{name} takes a day (2026-11-20), a minute of it (2026-11-20T18:00) or days ago (7d), not '{text}'");
                return null;
            },
        };
    }
}
