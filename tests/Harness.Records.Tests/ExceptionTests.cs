namespace Harness.Records.Tests;

public sealed class ExceptionTests
{
    // do the exceptions carry the exit codes that scripts rely on?
    [Fact]
    public void Each_expected_end_has_its_exit_code()
    {
        Assert.Equal(2, (int)new UsageException("x").ExitCode);
        Assert.Equal(3, (int)new HostCannotException("x").ExitCode);
        Assert.Equal(4, (int)new RunFailedException(FailureKind.GuestHang, "x").ExitCode);
    }
}
