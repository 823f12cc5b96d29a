namespace Harness.Host.Proc;

/// <summary>The first two numbers of a kernel release; 0.0 when it has none, so that nothing newer is assumed.</summary>
/// <param name="Major">The first.</param>
/// <param name="Minor">The second.</param>
public readonly record struct KernelVersion(int Major, int Minor)
{
    /// <summary>Reads the start of <c>6.12.117+deb12-cloud-amd64</c> and the like.</summary>
    public static KernelVersion Parse(ReadOnlySpan<char> release)
    {
        int major = TakeNumber(ref release);
        if (major < 0 || release.IsEmpty || release[0] != '.') return default;
        release = release[1..];
        int minor = TakeNumber(ref release);
        return minor < 0 ? default : new KernelVersion(major, minor);
    }

    /// <summary>True for this version and every later one.</summary>
    public bool IsAtLeast(int major, int minor) => (Major, Minor).CompareTo((major, minor)) >= 0;

    /// <inheritdoc />
    public override string ToString() => $"{Major}.{Minor}";

    private static int TakeNumber(ref ReadOnlySpan<char> text)
    {
        int length = text.IndexOfAnyExceptInRange('0', '9');
        if (length < 0) length = text.Length;
        int number = int.TryParse(text[..length], out int value) ? value : -1;
        text = text[length..];
        return number;
    }
}
