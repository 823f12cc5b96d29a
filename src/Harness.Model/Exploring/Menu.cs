namespace Harness.Model;

/// <summary>What one CPU may do in an exploration.</summary>
/// <param name="Calls">Calls to choose from, each time anew.</param>
/// <param name="Times">Calls at most.</param>
internal sealed record Menu(IReadOnlyList<KernelCall> Calls, int Times);

/// <summary>A scene to explore: a kernel, how it came to be as it is, and what each CPU may do from there.</summary>
internal sealed record Scene
{
    /// <summary>What the scene is about, in a few words.</summary>
    internal required string Name { get; init; }

    internal required SmallKernel Kernel { get; init; }

    /// <summary>Ranges of address space 0.</summary>
    internal required IReadOnlyList<Vma> Ranges { get; init; }

    /// <summary>Ranges of address space 1, where there is one.</summary>
    internal IReadOnlyList<Vma> OtherRanges { get; init; } = [];

    /// <summary>Calls that are over before the exploration begins, each with its task.</summary>
    internal IReadOnlyList<(int Task, KernelCall Call)> Before { get; init; } = [];

    /// <summary>By CPU.</summary>
    internal required IReadOnlyList<Menu> Menus { get; init; }

    /// <summary>The kernel as it is before the first move.</summary>
    internal Kernel Build()
    {
        Kernel kernel = Kernel.Build();
        foreach (Vma range in Ranges) kernel.Spaces.Add(0, range);
        foreach (Vma range in OtherRanges) kernel.Spaces.Add(1, range);
        foreach ((int task, KernelCall call) in Before) kernel.Run(task, call);
        kernel.Oracle?.Clear();
        kernel.Tallies.Clear();
        return kernel;
    }
}
