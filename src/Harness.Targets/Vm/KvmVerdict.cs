namespace Harness.Targets.Vm;

/// <summary>
/// Whether KVM is used. The device file alone proves nothing: it exists on hosts whose processors (as their hypervisor shows them) have no
/// virtualisation. So: the CPU flags first, then the device opens, then a guest reached its agent once since this host booted.
/// </summary>
/// <param name="cacheFolder">Where the last probe's answer is kept.</param>
/// <param name="cpuInfo">The processors' flags.</param>
/// <param name="device">KVM's device.</param>
/// <param name="bootId">What tells one boot of this host from another.</param>
internal sealed class KvmVerdict(
    string cacheFolder, string cpuInfo = "/proc/cpuinfo", string device = "/dev/kvm", string bootId = "/proc/sys/kernel/random/boot_id")
{
    /// <summary>Kvm unless something speaks against it.</summary>
    /// <param name="proven">True when a guest has already booted under KVM since this host booted; false when the next boot is the
    /// probe.</param>
    public Accelerator Choose(out bool proven)
    {
        string? answer = Answer();
        proven = answer == Yes;
        return answer != No && HasFlag() && Opens() ? Accelerator.Kvm : Accelerator.Tcg;
    }

    /// <summary>Remembers whether guests come up under KVM, until this host boots again.</summary>
    public void Remember(bool usable)
    {
        try
        {
            Directory.CreateDirectory(cacheFolder);
            File.WriteAllText(Note, $"{File.ReadAllText(bootId).Trim()} {(usable ? Yes : No)}\n");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The note only saves the next session a probe boot.
        }
    }

    private const string Yes = "usable";
    private const string No = "unusable";

    private string Note => Path.Combine(cacheFolder, "kvm");

    private string? Answer()
    {
        try
        {
            string[] words = File.ReadAllText(Note).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            return words is [var boot, var answer] && boot == File.ReadAllText(bootId).Trim() ? answer : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private bool HasFlag()
    {
        try
        {
            return File.ReadLines(cpuInfo).FirstOrDefault(line => line.StartsWith("flags", StringComparison.Ordinal)) is { } flags
                && flags.Split(' ').Any(flag => flag is "vmx" or "svm");
        }
        catch (IOException)
        {
            return false;
        }
    }

    private bool Opens()
    {
        try
        {
            using FileStream opened = new(device, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
