using System.Text.Json;

namespace Harness.EndToEnd;

/// <summary>Can two stored sessions be compared, shown again and pasted, and is each name that means nothing refused in one line?</summary>
public sealed class CompareSessionsTests : IDisposable
{
    private readonly CommandLine line = new();

    public void Dispose() => line.Dispose();

    [Fact]
    public void Two_sessions_are_compared_by_their_names_and_what_does_not_name_one_is_refused()
    {
        string first = Simulated("pages=64");
        string second = Simulated("pages=128");

        Ended compared = line.Run("compare", first, $"{second}:before", "--json");
        Assert.True(compared.Code is 0 or 1, compared.Errors);
        using JsonDocument comparison = JsonDocument.Parse(compared.Output);
        Assert.False(comparison.RootElement.GetProperty("paired").GetBoolean());
        Assert.Equal($"{first}:after", comparison.RootElement.GetProperty("before").GetProperty("name").GetString());
        Assert.Equal($"{second}:before", comparison.RootElement.GetProperty("after").GetProperty("name").GetString());
        Assert.Contains("parameter.pages", compared.Output, StringComparison.Ordinal);

        Ended paired = line.Run("compare", $"{first}:before", $"{first}:after", "--json");
        Assert.Equal(line.Run("compare", "--session", first, "--json").Output, paired.Output);

        Ended letter = line.Run("report", "--letter", first);
        Assert.StartsWith("migrate_pages()", letter.Output, StringComparison.Ordinal);
        Assert.Contains("MODELLED: every number below", letter.Output, StringComparison.Ordinal);
        Assert.All(letter.Output.Split('\n'), text => Assert.True(text.Length <= 72, text));
        Assert.StartsWith("| counter |", line.Run("report", "--markdown").Output, StringComparison.Ordinal);
        Assert.Equal(line.Run("compare").Output, line.Run("report").Output);

        string page = line.File("two.html");
        Assert.True(line.Run("report", first, second, "--page", page).Code is 0 or 1);
        Assert.Contains("drift allowed for", File.ReadAllText(page), StringComparison.Ordinal);

        Refused("'20' could be 2 sessions: ", "report", "20");
        Refused("no stored session is called 'nope'", "compare", "nope", "after");
        Refused($"session {first} has no arm 'nope'; it has before, after", "compare", $"{first}:nope", "after");
        Refused($"both sides are arm 'after' of session {second}", "compare", second, "after");
        Refused("compare takes two sides or none", "compare", "after");
        Refused("--letter, --markdown, --page and --json: give one of them", "report", "--letter", "--json");
        Refused("--model goes with --letter", "report", "--model");
    }

    private string Simulated(string set)
    {
        Ended ended = line.Run("simulate", "migrate-batching", "--set", set, "--pairs", "2");
        Assert.True(ended.Code is 0 or 1, ended.Errors);
        return Path.GetFileName(Directory.GetDirectories(Path.Combine(line.Home, "sessions")).Order(StringComparer.Ordinal).Last());
    }

    private void Refused(string says, params string[] arguments)
    {
        Ended ended = line.Run(arguments);
        Assert.True(ended.Code == 2, ended.Errors + ended.Output);
        Assert.StartsWith("error: ", ended.LastError, StringComparison.Ordinal);
        Assert.Contains(says, ended.LastError, StringComparison.Ordinal);
        Assert.Empty(ended.Output);
    }
}
