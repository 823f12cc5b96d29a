using System.Diagnostics;
using Harness.Host.Channel;
using Harness.Records;

namespace Harness.Targets.Tests;

/// <summary>Does the published agent keep to the protocol whatever it is sent?</summary>
public sealed class VmAgentTests : IDisposable
{
    private readonly VmBed bed = new();
    private readonly Process agent;
    private readonly MessageChannel channel;

    public VmAgentTests()
    {
        // a test run in the background ignores SIGINT, and so would what it starts
        ProcessStartInfo start = new("env", ["--default-signal", Path.Combine(bed.Options.AgentFolder, "harness-agent"), "serve", "-"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.Environment["HARNESS_HOME"] = bed.Folders.Home;
        start.Environment["HARNESS_WORKLOADS"] = bed.Folders.Programs;
        agent = Process.Start(start)!;
        channel = new MessageChannel(agent.StandardOutput.BaseStream, agent.StandardInput.BaseStream);
    }

    [Fact]
    public async Task It_says_hello_answers_garbage_with_a_failure_and_then_still_serves()
    {
        AgentHello hello = MessageChannel.Payload((await NextAsync())!, ChannelJson.Default.AgentHello);
        Assert.Equal(AgentHello.CurrentProtocol, hello.Protocol);
        Assert.Equal((await File.ReadAllTextAsync("/proc/sys/kernel/osrelease")).Trim(), hello.KernelRelease);

        await SendAsync("garbage\n"u8.ToArray());
        Assert.Equal(FailureKind.Protocol, (await FailureAsync()).Kind);
        await SendAsync(Frame.Encode(new Message("dance", "{}")));
        Assert.Contains("does not know 'dance'", (await FailureAsync()).Message);
        await SendAsync(Frame.Encode(new Message("run", "{\"version\":1}")));
        Assert.Equal(FailureKind.Protocol, (await FailureAsync()).Kind);

        RunRequest request = VmBed.Shell("echo '{}'");
        await SendAsync(Frame.Encode(new Message("run", RecordJson.Write(request))));
        RunRecord record = MessageChannel.Payload<RunRecord>((await NextAsync())!);
        Assert.Equal(hello.KernelRelease, record.Host!.KernelRelease);
    }

    [Fact]
    public async Task A_run_is_given_up_when_the_other_side_goes_away()
    {
        await NextAsync();
        await SendAsync(Frame.Encode(new Message("run", RecordJson.Write(VmBed.Shell("busybox sleep 1000", seconds: 900)))));
        agent.StandardInput.Close();
        Assert.Equal(FailureKind.Interrupted, (await FailureAsync()).Kind);
        Assert.Null(await NextAsync());
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    [InlineData("HUP")]
    public async Task A_signal_ends_the_run_and_then_the_agent(string signal)
    {
        await NextAsync();
        string begun = Path.Combine(bed.Folders.Home, "begun");
        await SendAsync(Frame.Encode(new Message("run", RecordJson.Write(VmBed.Shell($"busybox touch {begun}; busybox sleep 1000", seconds: 900)))));
        while (!File.Exists(begun)) await Task.Delay(20);
        using (Process kill = Process.Start("kill", [$"-{signal}", $"{agent.Id}"])) await kill.WaitForExitAsync();
        Assert.Equal(FailureKind.Interrupted, (await FailureAsync()).Kind);
        await agent.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal((int)ExitCode.Interrupted, agent.ExitCode);
    }

    public void Dispose()
    {
        agent.Kill();
        agent.WaitForExit();
        agent.Dispose();
        bed.Dispose();
    }

    private async Task SendAsync(byte[] bytes)
    {
        await agent.StandardInput.BaseStream.WriteAsync(bytes);
        await agent.StandardInput.BaseStream.FlushAsync();
    }

    private async Task<Message?> NextAsync() => await channel.ReceiveAsync(new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token);

    private async Task<AgentFailure> FailureAsync()
    {
        Message message = (await NextAsync())!;
        Assert.Equal(MessageKind.Failed, message.Kind);
        return MessageChannel.Payload(message, ChannelJson.Default.AgentFailure);
    }
}
