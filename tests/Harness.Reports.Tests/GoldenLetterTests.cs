using System.Runtime.CompilerServices;
using System.Text.Json;
using Harness.Records;

namespace Harness.Reports.Tests;

/// <summary>
/// Is the letter of a real session still the one that was looked at? <c>Fixtures/migrate-batching.json</c> is a session of Debian's 6.1 and 6.12
/// kernels in guests, its records cut down to the counters that its plan names.
/// </summary>
public sealed class GoldenLetterTests
{
    [Fact]
    public void The_letter_of_a_real_session_is_the_one_that_was_looked_at()
    {
        using JsonDocument saved = JsonDocument.Parse(File.ReadAllText(Fixture("migrate-batching.json")));
        Manifest manifest = RecordJson.Read<Manifest>(saved.RootElement.GetProperty("manifest").GetRawText(), "manifest");
        RunRecord[] records =
        [
            .. saved.RootElement.GetProperty("records").EnumerateArray().Select(record => RecordJson.Read<RunRecord>(record.GetRawText(), "record")),
        ];
        SessionReport report = new(records, manifest.Arms[0].Name, manifest.Arms[1].Name, manifest.Counters)
        {
            Title = manifest.Title, Source = manifest.Source, Command = manifest.Command,
        };
        using StringWriter writer = new();
        LetterReport.Write(writer, report, withModel: true);
        Assert.Equal(File.ReadAllText(Fixture("migrate-batching.letter.txt")), writer.ToString());
    }

    private static string Fixture(string name) => Path.Combine(Folder(), "Fixtures", name);

    private static string Folder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
