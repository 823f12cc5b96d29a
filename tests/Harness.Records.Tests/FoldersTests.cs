namespace Harness.Records.Tests;

public sealed class FoldersTests
{
    [Fact]
    public void The_root_is_the_first_folder_above_the_program_that_holds_the_solution() =>
        Assert.True(File.Exists(Path.Combine(Folders.FromEnvironment().Root, "Harness.sln")));

    [Fact]
    public void Everything_of_a_session_lies_below_home()
    {
        var folders = new Folders { Home = "/h", Cache = "/c", Root = "/r", Programs = "/p" };
        Assert.Equal("/h/sessions", folders.Sessions);
        Assert.Equal("/r/workloads/plans", folders.Plans);
    }
}
