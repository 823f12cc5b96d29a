namespace Harness.Targets.Vm;

/// <summary>What executes the guest's instructions.</summary>
internal enum Accelerator
{
    /// <summary>QEMU's translator: any host, counts are functional, times are not hardware times.</summary>
    Tcg,

    /// <summary>The host's virtualisation.</summary>
    Kvm,
}
