using System.Globalization;
using Harness.Host.Channel;
using Harness.Records;

namespace Harness.Targets.Vm;

/// <summary>
/// A booted guest whose agent has said hello. Whatever goes wrong ends in a named failure with the console log's path; the guest is then to
/// be disposed.
/// </summary>
internal sealed class Guest : IAsyncDisposable
{
    /// <summary>Seconds that QEMU may take to be gone after it closed the channel (assumed).</summary>
    private const double LeaveSeconds = 5;

    private readonly string name;
    private readonly Emulator emulator;
    private readonly ConsoleLog console;
    private readonly MessageChannel channel;

    private Guest(string name, Emulator emulator, ConsoleLog console)
    {
        this.name = name;
        this.emulator = emulator;
        this.console = console;
        channel = new MessageChannel(emulator.FromGuest, emulator.ToGuest);
    }

    /// <summary>The agent's hello.</summary>
    public AgentHello Hello { get; private set; } = null!;

    /// <summary>QEMU's process id.</summary>
    public int EmulatorId => emulator.Id;

    /// <summary>Starts QEMU and waits for the agent's hello.</summary>
    /// <param name="name">The target's name, for messages.</param>
    /// <param name="options">Deadline and search path.</param>
    /// <param name="arguments">QEMU's arguments.</param>
    /// <param name="console">The log that they name.</param>
    /// <param name="cancel">Kills QEMU.</param>
    public static async Task<Guest> BootAsync(
        string name, VmOptions options, IReadOnlyList<string> arguments, ConsoleLog console, CancellationToken cancel)
    {
        Guest guest = new(name, await Emulator.StartAsync(options.SearchPath, arguments), console);
        try
        {
            Message message = await guest.AnswerAsync(null, options.BootDeadlineSeconds, FailureKind.BootTimeout, cancel);
            if (message.Kind != MessageKind.Hello) throw guest.Failure(FailureKind.Protocol, $"protocol: '{message.Kind}' before hello");
            guest.Hello = guest.Understood(() => MessageChannel.Payload(message, ChannelJson.Default.AgentHello));
            if (guest.Hello.Protocol != AgentHello.CurrentProtocol || guest.Hello.RecordVersion != RunRecord.CurrentVersion)
            {
                throw guest.Failure(FailureKind.Protocol, "protocol: the agent is of another version; publish src/Harness.Agent again");
            }
            return guest;
        }
        catch
        {
            await guest.DisposeAsync();
            throw;
        }
    }

    /// <summary>Executes one run in the guest.</summary>
    /// <param name="request">What to run.</param>
    /// <param name="marginSeconds">Seconds beyond the request's own deadline.</param>
    /// <param name="cancel">Stops waiting.</param>
    public async Task<RunRecord> RunAsync(RunRequest request, double marginSeconds, CancellationToken cancel)
    {
        console.BeginRun();
        Message message = await AnswerAsync(request, request.DeadlineSeconds + marginSeconds, FailureKind.GuestHang, cancel);
        switch (message.Kind)
        {
            case MessageKind.Record:
                RunRecord record = Understood(() => MessageChannel.Payload<RunRecord>(message));
                if (record.Request.Session == request.Session && record.Request.Sequence == request.Sequence) return record;
                throw Failure(FailureKind.Protocol, "protocol: the record answers another request");
            case MessageKind.Failed:
                AgentFailure failure = Understood(() => MessageChannel.Payload(message, ChannelJson.Default.AgentFailure));
                throw failure switch
                {
                    { Kind: { } kind } => Failure(kind, failure.Message),
                    { ExitCode: ExitCode.Usage } => new UsageException($"{name}: {failure.Message}"),
                    _ => new HostCannotException($"{name}: {failure.Message}"),
                };
            default:
                throw Failure(FailureKind.Protocol, $"protocol: '{message.Kind}' where a record was expected");
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => emulator.DisposeAsync();

    /// <summary>Sends a request if there is one and waits for the next message.</summary>
    private async Task<Message> AnswerAsync(RunRequest? request, double seconds, FailureKind late, CancellationToken cancel)
    {
        using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        deadline.CancelAfter(TimeSpan.FromSeconds(seconds));
        try
        {
            if (request is not null) await channel.SendAsync(MessageKind.Run, request, deadline.Token);
            if (await channel.ReceiveAsync(deadline.Token) is { } message) return message;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            string what = late == FailureKind.BootTimeout ? "the guest's agent did not come up" : "no answer from the guest";
            throw Failure(late, string.Create(CultureInfo.InvariantCulture, $"{what} within {seconds:0.#} s"));
        }
        catch (RunFailedException e)
        {
            throw Failure(e.Kind, e.Message);
        }
        catch (IOException)
        {
            // The pipe broke: QEMU is leaving, which the lines below explain.
        }
        try
        {
            int code = await emulator.Exited.WaitAsync(TimeSpan.FromSeconds(LeaveSeconds), cancel);
            string errors = emulator.Errors;
            throw Failure(FailureKind.EmulatorDied, $"QEMU left with exit code {code}{(errors.Length > 0 ? $": {errors}" : "")}");
        }
        catch (TimeoutException)
        {
            throw Failure(FailureKind.EmulatorDied, "QEMU closed the guest's channel");
        }
    }

    private T Understood<T>(Func<T> payload)
    {
        try
        {
            return payload();
        }
        catch (RunFailedException e)
        {
            throw Failure(e.Kind, e.Message);
        }
    }

    /// <summary>
    /// The failure for the user. What the kernel said on its console is nearer to the cause than what was noticed on this side of it: a
    /// killed workload is out of memory, a QEMU that left is a panic.
    /// </summary>
    private RunFailedException Failure(FailureKind noticed, string what)
    {
        (FailureKind kind, string line) = console.Diagnose() ?? (noticed, what);
        return new RunFailedException(kind, $"{name}: {line} (console: {console.Path})", console.Path);
    }
}
