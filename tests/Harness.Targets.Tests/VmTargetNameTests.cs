using Harness.Records;

namespace Harness.Targets.Tests;

/// <summary>Are target names read, and others answered with the list of those there are?</summary>
public sealed class VmTargetNameTests
{
    [Theory]
    [InlineData("local", TargetKind.Local, "")]
    [InlineData("vm:6.1", TargetKind.Vm, "6.1")]
    [InlineData("vm:6.12", TargetKind.Vm, "6.12")]
    [InlineData("vm:/boot/vmlinuz:old", TargetKind.Vm, "/boot/vmlinuz:old")]
    [InlineData("vm:./bzImage", TargetKind.Vm, "./bzImage")]
    [InlineData("model:6.12+luf", TargetKind.Model, "6.12+luf")]
    public void A_name_is_a_kind_and_a_detail(string name, TargetKind kind, string detail) => Assert.Equal(new TargetName(kind, detail), TargetName.Parse(name));

    [Fact]
    public void A_guest_may_have_its_slow_memory_through_device_dax() =>
        Assert.Equal(new TargetName(TargetKind.Vm, "6.1", DaxTier: true), TargetName.Parse("vm:6.1+dax"));

    [Theory]
    [InlineData("vm:+dax")]
    [InlineData("vm:5.4+dax")]
    [InlineData("")]
    [InlineData("vm")]
    [InlineData("vm:")]
    [InlineData("vm:5.4")]
    [InlineData("vm:6")]
    [InlineData("local:")]
    [InlineData("model:")]
    [InlineData("VM:6.1")]
    [InlineData("docker:x")]
    public void Any_other_name_is_answered_with_the_list(string name)
    {
        Assert.Contains("local, vm:6.1, vm:6.12, vm:VERSION+dax, vm:/path/to/bzImage, model:PROFILE", Assert.Throws<UsageException>(() => TargetName.Parse(name)).Message);
    }
}
