using Harness.Host.Channel;
using Harness.Host.Runs;
using Harness.Records;

namespace Harness.Agent;

/// <summary>The agent's side of the channel: one request at a time, until the other side closes.</summary>
internal sealed class Server(MessageChannel channel, Folders folders)
{
    /// <summary>Name of this host in the records it makes; the asking side puts the name its user typed in its place.</summary>
    private const string Here = "agent";

    /// <summary>Says hello and serves until the end of the stream.</summary>
    /// <param name="cancel">Ends the run under way, which puts its knobs back, and then the service.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task ServeAsync(CancellationToken cancel)
    {
        AgentHello hello = new()
        {
            Protocol = AgentHello.CurrentProtocol,
            RecordVersion = RunRecord.CurrentVersion,
            KernelRelease = (await File.ReadAllTextAsync("/proc/sys/kernel/osrelease", cancel)).Trim(),
        };
        await channel.SendAsync(MessageKind.Hello, hello, ChannelJson.Default.AgentHello, CancellationToken.None);

        Task<Message?> next = NextAsync();
        while (true)
        {
            try
            {
                if (await next.WaitAsync(cancel) is not { } message) return;
                // The next read is begun before the run: when the other side goes away in the middle, the run ends and its knobs are
                // restored.
                next = NextAsync();
                await AnswerAsync(message, next, cancel);
            }
            catch (RunFailedException e) when (e.Kind == FailureKind.Protocol)
            {
                next = NextAsync();
                await FailAsync(e.ExitCode, e.Kind, e.Message);
            }
        }
    }

    private Task<Message?> NextAsync() => channel.ReceiveAsync(CancellationToken.None).AsTask();

    private async Task AnswerAsync(Message message, Task<Message?> next, CancellationToken cancel)
    {
        if (message.Kind != MessageKind.Run)
        {
            await FailAsync(ExitCode.RunFailed, FailureKind.Protocol, $"protocol: this agent does not know '{message.Kind}'");
            return;
        }
        using CancellationTokenSource gone = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        try
        {
            RunRequest request = MessageChannel.Payload<RunRequest>(message);
            Task<RunRecord> run = HostRun.ExecuteAsync(request, folders, Here, Origin.Measured, gone.Token);
            if (await Task.WhenAny(run, next) == next) await gone.CancelAsync();
            await channel.SendAsync(MessageKind.Record, await run, CancellationToken.None);
        }
        catch (RunFailedException e)
        {
            await FailAsync(e.ExitCode, e.Kind, e.Message);
        }
        catch (HarnessException e)
        {
            await FailAsync(e.ExitCode, null, e.Message);
        }
        catch (OperationCanceledException)
        {
            await FailAsync(ExitCode.Interrupted, FailureKind.Interrupted, "the run was given up by the side that asked for it");
        }
    }

    private ValueTask FailAsync(ExitCode code, FailureKind? kind, string message)
    {
        AgentFailure failure = new() { ExitCode = code, Kind = kind, Message = message };
        return channel.SendAsync(MessageKind.Failed, failure, ChannelJson.Default.AgentFailure, CancellationToken.None);
    }
}
