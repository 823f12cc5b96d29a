namespace Harness.Interop;

/// <summary>The native library beside the program: whether it is there and of this build.</summary>
public static class HarnessNative
{
    internal const string Name = "libharness_native";

    private static readonly Lazy<string?> FirstLook = new(() => Problem(libc.harness_version));

    /// <summary>Why the native library cannot be used, as one line; null when it can.</summary>
    public static string? Missing => FirstLook.Value;

    internal static string? Problem(Func<int> version)
    {
        string path = Path.Combine(AppContext.BaseDirectory, Name + ".so");
        try
        {
            int found = version();
            return found == libc.HARNESS_NATIVE_VERSION
                ? null
                : $"{path}: is of another build (version {found}, needed {libc.HARNESS_NATIVE_VERSION}); build native/ again";
        }
        catch (DllNotFoundException)
        {
            return $"{path}: missing or not loadable; build native/ with CMake, then the program";
        }
        catch (Exception e) when (e is EntryPointNotFoundException or BadImageFormatException)
        {
            return $"{path}: is not the harness's native library; build native/ again";
        }
    }
}
