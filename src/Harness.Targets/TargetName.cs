using Harness.Records;
using Harness.Targets.Kernels;

namespace Harness.Targets;

/// <summary>The kinds of target.</summary>
public enum TargetKind
{
    /// <summary>This host.</summary>
    Local,

    /// <summary>A QEMU guest.</summary>
    Vm,

    /// <summary>The simulation model.</summary>
    Model,
}

/// <summary>A target's name in its parts.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Detail">A guest's kernel (<c>6.12</c> or a path), the model's profile; empty for this host.</param>
/// <param name="DaxTier">A guest whose slow memory comes on line through device-dax.</param>
public sealed record TargetName(TargetKind Kind, string Detail, bool DaxTier = false)
{
    private const string DaxSuffix = "+dax";

    /// <summary>Reads a name.</summary>
    /// <exception cref="UsageException">It names no target there is; the message lists them.</exception>
    public static TargetName Parse(string name)
    {
        int colon = name.IndexOf(':', StringComparison.Ordinal);
        (string kind, string detail) = colon < 0 ? (name, "") : (name[..colon], name[(colon + 1)..]);
        return kind switch
        {
            "local" when colon < 0 => new TargetName(TargetKind.Local, ""),
            "vm" when detail.Contains('/', StringComparison.Ordinal) => new TargetName(TargetKind.Vm, detail),
            "vm" when KernelPackages.Versions.Contains(detail) => new TargetName(TargetKind.Vm, detail),
            "vm" when KernelPackages.Versions.Any(version => detail == version + DaxSuffix) =>
                new TargetName(TargetKind.Vm, detail[..^DaxSuffix.Length], DaxTier: true),
            "model" when detail.Length > 0 => new TargetName(TargetKind.Model, detail),
            _ => throw new UsageException($"target '{name}': not one of {Known}"),
        };
    }

    private static string Known => string.Join(
        ", ",
        [
            "local", .. KernelPackages.Versions.Select(version => $"vm:{version}"), $"vm:VERSION{DaxSuffix}", "vm:/path/to/bzImage",
            "model:PROFILE",
        ]);
}
