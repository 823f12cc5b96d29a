namespace Harness.Model;

/// <summary>
/// What a policy adds to one allocation that meets a frame whose flush is pending: whoever allocates pays for others' unmaps.
/// </summary>
internal static class AllocationLatency
{
    /// <summary>
    /// The kernel takes the only free frame after a reclaim, or a demotion, whose translations two CPUs hold, with and without the policy.
    /// </summary>
    /// <returns>Nanoseconds of the allocation's own steps, not counting the wait for the other CPUs.</returns>
    internal static (long Stock, long Charged) Of(Profile profile)
    {
        Func<Profile, Scene> scene = profile.Policy == PolicyKind.Migrc ? Scenes.DemotedReuse : Scenes.KernelReuse;
        // stock kernels free the frame at once
        return (Take(scene(Profile.Parse("6.12"))), Take(scene(profile)));
    }

    private static long Take(Scene scene)
    {
        Kernel kernel = scene.Build();
        kernel.Run(task: 2, scene.Menus[2].Calls[0]);
        return kernel.Run(task: 0, scene.Menus[0].Calls[0]);
    }
}
