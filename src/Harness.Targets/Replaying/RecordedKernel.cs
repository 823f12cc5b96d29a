using Harness.Host.Proc;
using Harness.Model;

namespace Harness.Targets;

/// <summary>The model's profile of a recorded kernel.</summary>
/// <param name="Profile">The profile.</param>
/// <param name="Note">That it is that of another version, if it is.</param>
internal sealed record RecordedKernel(Profile Profile, string? Note)
{
    /// <summary>The profile that comes nearest to a release: what counts is whether it flushes each page that it migrates.</summary>
    internal static RecordedKernel Of(string release)
    {
        Profile nearest = Profile.Parse(Prediction.ProfileOf(release));
        if (nearest.Name == KernelVersion.Parse(release).ToString()) return new RecordedKernel(nearest, null);
        return new RecordedKernel(nearest, $"Linux {release} is replayed as {nearest.Name}, the nearest kernel that the model knows");
    }
}
