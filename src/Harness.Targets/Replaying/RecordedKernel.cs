using System.Globalization;
using Harness.Model;

namespace Harness.Targets;

/// <summary>The model's profile of a recorded kernel.</summary>
/// <param name="Profile">The profile.</param>
/// <param name="Note">That it is that of another version, if it is.</param>
internal sealed record RecordedKernel(Profile Profile, string? Note)
{
    // published: the first release whose migrate_pages unmaps many pages before it flushes
    private static readonly Version BatchesMigration = new(6, 3);

    /// <summary>The profile that comes nearest to a release: what counts is whether it flushes each page that it migrates.</summary>
    internal static RecordedKernel Of(string release)
    {
        string[] parts = release.Split('.', '-', '+', '~');
        bool known = parts.Length > 1 && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out _)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out _);
        Version version = known ? Version.Parse($"{parts[0]}.{parts[1]}") : new Version();
        Profile nearest = Profile.Parse(known && version < BatchesMigration ? "6.1" : "6.12");
        if (nearest.Name == version.ToString(2)) return new RecordedKernel(nearest, null);
        return new RecordedKernel(nearest, $"Linux {release} is replayed as {nearest.Name}, the nearest kernel that the model knows");
    }
}
