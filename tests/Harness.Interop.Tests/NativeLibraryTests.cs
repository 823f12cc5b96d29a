namespace Harness.Interop.Tests;

public sealed class NativeLibraryTests
{
    /// <summary>Does the C ring reader hold under AddressSanitizer and UBSan, over rings made by hand?</summary>
    [Fact]
    public void The_ring_reader_passes_its_own_tests_under_sanitizers()
    {
        using Scratch build = new();
        AssertRuns("cmake", "-S", Path.Combine(Tool.Root, "native"), "-B", build.Folder, "-DBUILD_TESTING=ON");
        AssertRuns("cmake", "--build", build.Folder, "--target", "perf_ring_test");
        AssertRuns("ctest", "--test-dir", build.Folder, "--output-on-failure", "--no-tests=error");
    }

    /// <summary>Does a reader that forgets the wrap fail there? A test that cannot fail shows nothing.</summary>
    [Fact]
    public void A_ring_reader_without_the_wrap_is_caught()
    {
        using Scratch scratch = new();
        string native = Path.Combine(Tool.Root, "native"), right = "from & (ring->data_size - 1)";
        string source = File.ReadAllText(Path.Combine(native, "perf_ring.c"));
        Assert.Contains(right, source, StringComparison.Ordinal);
        File.WriteAllText(scratch.File("perf_ring.c"), source.Replace(right, "from", StringComparison.Ordinal));
        AssertRuns("gcc", "-std=c11", "-D_GNU_SOURCE", "-fsanitize=address,undefined", "-I", native, "-o", scratch.File("test"),
            scratch.File("perf_ring.c"), Path.Combine(native, "tests", "perf_ring_test.c"));
        Assert.NotEqual(0, Tool.Run(scratch.File("test")).ExitCode);
    }

    [Fact]
    public void The_library_of_this_build_is_beside_the_program() => Assert.Null(HarnessNative.Missing);

    [Fact]
    public void A_library_that_is_missing_or_of_another_build_is_one_clear_line()
    {
        string?[] lines =
        [
            HarnessNative.Problem(() => throw new DllNotFoundException("long text\nof the loader")),
            HarnessNative.Problem(() => throw new EntryPointNotFoundException()),
            HarnessNative.Problem(() => libc.HARNESS_NATIVE_VERSION + 1),
        ];
        Assert.All(lines, line =>
        {
            Assert.Contains("libharness_native.so", line, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', line!);
        });
        Assert.Null(HarnessNative.Problem(() => libc.HARNESS_NATIVE_VERSION));
    }

    private static void AssertRuns(string program, params string[] arguments)
    {
        (int exitCode, string output) = Tool.Run(program, arguments);
        Assert.True(exitCode == 0, output);
    }
}
