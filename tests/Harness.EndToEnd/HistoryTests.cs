using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Harness.EndToEnd;

/// <summary>Are stored sessions listed, carried to another box and accepted, and is a store that cannot be used named in one line?</summary>
public sealed class HistoryTests : IDisposable
{
    private readonly CommandLine line = new();
    private readonly CommandLine other = new();

    public void Dispose()
    {
        line.Dispose();
        other.Dispose();
    }

    [Fact]
    public void A_session_is_listed_exported_imported_and_accepted()
    {
        Assert.Equal(0, line.Run("simulate", "migrate-batching", "--pairs", "1", "--set", "pages=64").Code);
        Ended listed = line.Run("history", "--plan", "migrate-batching", "--json");
        using JsonDocument sessions = JsonDocument.Parse(listed.Output);
        JsonElement session = Assert.Single(sessions.RootElement.GetProperty("sessions").EnumerateArray());
        string id = session.GetProperty("session").GetString()!;
        Assert.True(session.GetProperty("altered").GetBoolean());
        Assert.Equal(2, session.GetProperty("runs").GetProperty("done").GetInt32());
        string text = line.Run("history").Output;
        Assert.StartsWith(id, text, StringComparison.Ordinal);
        Assert.All(text.Split('\n'), row => Assert.InRange(row.Length, 0, 80));
        Assert.Equal("note: no stored session is such", line.Run("history", "--kernel", "6.12").LastError);

        string file = line.File("session.zip");
        Assert.Equal(0, line.Run("history", "export", id[..12], file).Code);
        Assert.Equal(2, line.Run("history", "export", id, file).Code);    // is there already
        Ended imported = other.Run("history", "import", file);
        Assert.True(imported.Code == 0, imported.Errors);
        Assert.Equal(line.Run("compare", "--json").Output, other.Run("compare", "--json").Output);

        Assert.Contains("none of 'nightly'", line.Run("history", "accept", id, "why").LastError, StringComparison.Ordinal);
        string manifest = Path.Combine(line.Home, "sessions", id, "manifest.json");
        JsonNode nightly = JsonNode.Parse(System.IO.File.ReadAllText(manifest))!;
        nightly["nightly"] = true;
        System.IO.File.WriteAllText(manifest, nightly.ToJsonString());
        foreach (string database in Directory.GetFiles(line.Home, "results.db*")) System.IO.File.Delete(database);
        Assert.Equal(0, line.Run("history", "accept", id, "new BIOS").Code);
        Assert.Contains("accepted: new BIOS", line.Run("history", "--nightly").Output, StringComparison.Ordinal);
        Assert.Equal("new BIOS", (string?)JsonNode.Parse(System.IO.File.ReadAllText(manifest))!["accepted"]);
    }

    [Theory]
    [InlineData("postgres://user:secret@127.0.0.1:1/lab", 3, "error: postgres://user@127.0.0.1:1/lab: the server cannot be reached")]
    [InlineData("/tmp/user:secret", 2, "error: HARNESS_STORE does not begin with postgres://")]
    public void A_store_that_cannot_be_used_is_named_without_its_password(string store, int code, string error)
    {
        ProcessStartInfo start = line.Start("history");
        start.Environment["HARNESS_STORE"] = store;
        Ended ended = CommandLine.Wait(start);
        Assert.Equal(code, ended.Code);
        Assert.StartsWith(error, ended.LastError, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", ended.Errors, StringComparison.Ordinal);
    }
}
