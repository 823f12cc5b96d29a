using System.Text.Json;

namespace Harness.EndToEnd;

/// <summary>Does an A/A session end in the documented object, and is it stored like any other?</summary>
public sealed class NoiseFloorTests : IDisposable
{
    private readonly CommandLine line = new();

    public void Dispose() => line.Dispose();

    [Fact]
    public void One_arm_on_both_sides_gives_the_noise_floor_of_each_counter()
    {
        // the model on both sides is the one host without any noise
        string[] session = ["run", "migrate-batching", "--on", "model:6.12", "--set", "pages=64", "--pairs", "2"];
        Ended ended = line.Run([.. session, "--aa", "after", "--json"]);
        Assert.True(ended.Code == 0, ended.Errors);
        using JsonDocument floor = JsonDocument.Parse(ended.Output);
        JsonElement root = floor.RootElement;
        Assert.Equal(("after", "model:6.12", 2), (Text(root, "arm"), Text(root, "target"), root.GetProperty("pairs").GetInt32()));
        JsonElement migrated = root.GetProperty("rows").EnumerateArray().Single(row => Text(row, "counter") == "vmstat.pgmigrate_success");
        Assert.Equal((4, 0.0, false), (migrated.GetProperty("n").GetInt32(), migrated.GetProperty("change").GetDouble(), migrated.GetProperty("flagged").GetBoolean()));

        Ended shown = line.Run([.. session, "--aa"]);
        Assert.True(shown.Code == 0, shown.Errors);
        Assert.Contains("noise floor of migrate-batching: 'before' on both sides", shown.Output, StringComparison.Ordinal);
        Assert.Contains("nothing is flagged", shown.Output, StringComparison.Ordinal);
        Assert.Contains("before-1", line.Run("compare").Output, StringComparison.Ordinal);

        Ended unknown = line.Run([.. session, "--aa", "sideways"]);
        Assert.Equal(2, unknown.Code);
        Assert.Contains("no arm 'sideways'; there are before, after", unknown.LastError, StringComparison.Ordinal);
    }

    private static string? Text(JsonElement element, string member) => element.GetProperty(member).GetString();
}
