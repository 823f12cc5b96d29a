using Harness.Targets.Vm;

namespace Harness.Targets.Tests;

/// <summary>Is KVM used only where it is known to work?</summary>
public sealed class VmKvmTests : IDisposable
{
    private readonly DirectoryInfo scratch = Directory.CreateTempSubdirectory("harness-kvm-");

    [Theory]
    [InlineData("flags\t\t: fpu vme vmx sse", true)]
    [InlineData("flags\t\t: fpu svm", true)]
    [InlineData("flags\t\t: fpu vme svm_lock vmxnet", false)]
    [InlineData("vmx flags\t: vnmi ept", false)]
    [InlineData("", false)]
    public void It_needs_the_processor_flag_although_the_device_opens(string cpuInfo, bool used)
    {
        Assert.Equal(used ? Accelerator.Kvm : Accelerator.Tcg, Verdict(cpuInfo).Choose(out bool proven));
        Assert.False(proven);
    }

    [Fact]
    public void It_needs_a_device_that_opens()
    {
        Assert.Equal(Accelerator.Tcg, Verdict("flags : vmx", device: "/nonexistent").Choose(out _));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_probe_boots_answer_holds_until_the_host_boots_again(bool reachedAgent)
    {
        Verdict("flags : vmx").Remember(reachedAgent);
        Assert.Equal(reachedAgent ? Accelerator.Kvm : Accelerator.Tcg, Verdict("flags : vmx").Choose(out bool proven));
        Assert.Equal(reachedAgent, proven);

        Assert.Equal(Accelerator.Kvm, Verdict("flags : vmx", boot: "another-boot").Choose(out proven));
        Assert.False(proven);
    }

    public void Dispose() => scratch.Delete(recursive: true);

    private KvmVerdict Verdict(string cpuInfo, string? device = null, string boot = "this-boot")
    {
        device ??= Written("kvm-device", "");
        return new KvmVerdict(Path.Combine(scratch.FullName, "cache"), Written("cpuinfo", cpuInfo + "\n"), device, Written("boot_id", boot + "\n"));
    }

    private string Written(string name, string text)
    {
        string path = Path.Combine(scratch.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }
}
