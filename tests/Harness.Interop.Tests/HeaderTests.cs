namespace Harness.Interop.Tests;

/// <summary>Are the constants and structs what this system's C headers say?</summary>
public sealed class HeaderTests
{
    [Fact]
    public void Every_constant_struct_and_bit_is_as_the_C_headers_have_it()
    {
        using Scratch scratch = new();
        (int exitCode, string output) = Compile(scratch, CProgram.Text());
        Assert.True(exitCode == 0, output);
        (exitCode, output) = Tool.Run(scratch.File("check"));
        Assert.True(exitCode == 0, output);
    }

    [Fact]
    public void The_check_covers_the_whole_layer()
    {
        Assert.Contains(CProgram.Constants, constant => constant.Name == nameof(libc.PERF_EVENT_IOC_SET_FILTER));
        Assert.Contains(CProgram.Constants, constant => constant.Name == nameof(libc.MPOL_MF_MOVE));
        Assert.Contains(CProgram.Constants, constant => constant.Name == nameof(libc.LOCK_NB));
        Assert.Contains("EPROTO == 71", CProgram.Text(), StringComparison.Ordinal);
        Assert.Contains(typeof(libc.perf_event_attr), CProgram.Structs);
        Assert.Contains(typeof(libc.harness_ring), CProgram.Structs);
        Assert.Contains(CProgram.Bits(typeof(libc.perf_event_attr)), bit => bit.Name == nameof(libc.perf_event_attr.exclude_hv));
    }

    [Theory]
    [InlineData("PERF_TYPE_TRACEPOINT) == 2ULL", "PERF_TYPE_TRACEPOINT) == 3ULL", "PERF_TYPE_TRACEPOINT) is not 2ULL")]
    [InlineData("perf_event_attr, config1) == 56", "perf_event_attr, config1) == 64", "perf_event_attr, config1) is not 56")]
    public void A_wrong_value_stops_the_compiler_with_its_name(string right, string wrong, string message)
    {
        using Scratch scratch = new();
        string text = CProgram.Text();
        Assert.Contains(right, text, StringComparison.Ordinal);
        (int exitCode, string output) = Compile(scratch, text.Replace(right, wrong, StringComparison.Ordinal));
        Assert.NotEqual(0, exitCode);
        Assert.Contains(message, output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_bit_is_named_when_the_check_runs()
    {
        using Scratch scratch = new();
        string wrong = CProgram.Text().Replace("word != 32ULL", "word != 64ULL", StringComparison.Ordinal);
        (int exitCode, string output) = Compile(scratch, wrong);
        Assert.True(exitCode == 0, output);
        (exitCode, output) = Tool.Run(scratch.File("check"));
        Assert.NotEqual(0, exitCode);
        Assert.Contains("perf_event_attr.exclude_kernel is bit 0x20", output, StringComparison.Ordinal);
    }

    private static (int ExitCode, string Output) Compile(Scratch scratch, string text)
    {
        File.WriteAllText(scratch.File("check.c"), text);
        string headers = Path.Combine(Tool.Root, "native"), program = scratch.File("check");
        return Tool.Run("gcc", "-std=c11", "-Wall", "-Wextra", "-Werror", "-I", headers, "-o", program, scratch.File("check.c"));
    }
}
