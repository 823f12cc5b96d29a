namespace Harness.Model.Tests;

/// <summary>Does every load of any program see what was stored last, whatever a policy puts off?</summary>
public sealed class RandomProgramTests
{
    [Theory]
    [InlineData("6.12")]
    public void Try(string name)
    {
        var program = new RandomProgram(Profile.Parse(name), 1);
        program.RunSerially(10_000_000);
        Assert.Null(program.Kernel.Oracle!.First);
        Assert.Null(program.Wrong);
        Assert.Equal(program.Expected(), program.Contents());
    }
}
