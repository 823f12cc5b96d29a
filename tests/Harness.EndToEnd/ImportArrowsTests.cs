using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Harness.EndToEnd;

/// <summary>Do imports between the projects run one way, and only along the arrows drawn in the README?</summary>
public sealed partial class ImportArrowsTests
{
    /// <summary>Each project and what it may import directly; what those import comes along.</summary>
    private static readonly Dictionary<string, string[]> Arrows = new()
    {
        ["Records"] = [],
        ["Model"] = [],
        ["Interop"] = [],
        ["Traces"] = ["Records"],
        ["Host"] = ["Interop", "Records", "Traces"],
        ["Experiments"] = ["Records"],
        ["Analysis"] = ["Records"],
        ["Store"] = ["Records"],
        ["Targets"] = ["Experiments", "Host", "Model", "Traces"],
        ["Reports"] = ["Analysis", "Records"],
        ["OwnTrace"] = ["Experiments", "Records"],
        ["Agent"] = ["Host"],
        ["Cli"] = ["OwnTrace", "Reports", "Store", "Targets", "Traces"],
    };

    public static TheoryData<string> Projects => [.. Arrows.Keys];

    [Fact]
    public void Every_project_under_src_has_its_arrows_drawn()
    {
        IEnumerable<string> found = Directory.GetDirectories(Repository.Source).Select(folder => Path.GetFileName(folder)["Harness.".Length..]);
        Assert.Equal(Arrows.Keys.Order(), found.Order());
    }

    [Theory, MemberData(nameof(Projects))]
    public void A_project_references_only_what_its_arrows_allow(string project)
    {
        XDocument file = XDocument.Load(Path.Combine(Repository.Source, $"Harness.{project}", $"Harness.{project}.csproj"));
        IEnumerable<string> referenced = file.Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value)["Harness.".Length..]);
        Assert.Empty(referenced.Except(Arrows[project]));
    }

    [Theory, MemberData(nameof(Projects))]
    public void Source_names_only_namespaces_that_its_arrows_reach(string project)
    {
        HashSet<string> reachable = [project];
        Reach(project, reachable);
        foreach (string file in Directory.EnumerateFiles(Path.Combine(Repository.Source, $"Harness.{project}"), "*.cs", SearchOption.AllDirectories))
        {
            foreach (Match use in UsingHarness().Matches(File.ReadAllText(file)))
            {
                Assert.True(reachable.Contains(use.Groups[1].Value), $"{file} imports Harness.{use.Groups[1].Value}");
            }
        }
    }

    [Fact]
    public void The_arrows_hold_no_circle()
    {
        foreach (string project in Arrows.Keys)
        {
            HashSet<string> reachable = [];
            Reach(project, reachable);
            Assert.DoesNotContain(project, reachable);
        }
    }

    private static void Reach(string project, HashSet<string> reachable)
    {
        foreach (string next in Arrows[project])
        {
            if (reachable.Add(next)) Reach(next, reachable);
        }
    }

    [GeneratedRegex(@"^\s*(?:global )?using (?:static )?(?:\w+ = )?Harness\.(\w+)", RegexOptions.Multiline)]
    private static partial Regex UsingHarness();
}
