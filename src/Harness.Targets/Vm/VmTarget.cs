using System.Globalization;
using Harness.Experiments;
using Harness.Records;
using Harness.Targets.Images;
using Harness.Targets.Kernels;

namespace Harness.Targets.Vm;

/// <summary>
/// A real kernel in a QEMU guest. The guest boots at the first run; a failed run ends it, and the next run boots another.
/// </summary>
public sealed class VmTarget : ITarget
{
    /// <summary>Finds NVDIMMs, makes devices of them, and brings their memory on line; init.sh connects the three.</summary>
    private static readonly string[] DaxModules = ["nfit", "dax_pmem", "device_dax", "kmem"];

    private readonly VmOptions options;
    private readonly string kernel;
    private readonly string image;
    private readonly Folders folders;
    private readonly KvmVerdict kvm;
    private readonly IProgress<string>? progress;
    private readonly VmSurroundings surroundings;
    private Guest? guest;
    private GuestDisk? disk;
    private TraceDisk? trace;
    private Accelerator accelerator;
    private int boots;

    private VmTarget(
        string name, VmOptions options, string kernel, string image, Folders folders, VmSurroundings surroundings,
        IProgress<string>? progress)
    {
        Name = name;
        this.options = options;
        this.kernel = kernel;
        this.image = image;
        this.folders = folders;
        kvm = new KvmVerdict(folders.Cache);
        this.surroundings = surroundings;
        this.progress = progress;
    }

    /// <inheritdoc />
    public string Name { get; }

    /// <summary>The guest that is up, for tests; null before the first run and after a failed one.</summary>
    internal Guest? Guest => guest;

    /// <summary>Prepares a guest: checks that this host can run it and builds its image. Boots nothing yet.</summary>
    /// <param name="name">The target as the user named it.</param>
    /// <param name="kernel">The kernel.</param>
    /// <param name="options">Machine, modules, deadlines.</param>
    /// <param name="folders">Cache and workload programs.</param>
    /// <param name="progress">Takes lines about what is being waited for.</param>
    /// <param name="cancel">Ends the preparation.</param>
    /// <exception cref="HostCannotException">QEMU, busybox, the agent or memory is missing.</exception>
    /// <exception cref="RunFailedException">A module is not in the kernel's folder (<see cref="FailureKind.MissingModule"/>).</exception>
    public static async Task<VmTarget> OpenAsync(
        string name, Kernel kernel, VmOptions options, Folders folders, IProgress<string>? progress, CancellationToken cancel)
    {
        HostProgram.Require(Emulator.Program, Emulator.Package, options.SearchPath);
        CheckMemory(name, options.Machine);
        GuestDisk.Check(name, options, folders);
        // a kernel that came without modules may well have them built in; if not, mounting the disk says so
        bool ofDisk = (options.Machine.DiskMiB > 0 || options.TraceFile is not null) && kernel.Modules is not null;
        string[] wanted = [.. ofDisk ? GuestDisk.Modules : [], .. options.Modules, .. options.DaxTier ? DaxModules : []];
        IReadOnlyList<KernelModule> modules = await KernelModule.ResolveAsync(kernel.Modules, wanted, options.SearchPath, cancel);
        string image = GuestImage.Build(folders, options.AgentFolder, modules, options.SearchPath);
        VmSurroundings surroundings = await VmSurroundings.OfAsync(kernel.Image, options, folders, cancel);
        return new VmTarget(name, options, kernel.Image, image, folders, surroundings, progress);
    }

    /// <inheritdoc />
    public async Task<RunRecord> RunAsync(RunRequest request, string logs, CancellationToken cancel)
    {
        if (request.Recording is not null && options.TraceFile is null)
            throw new UsageException($"{Name}: the run is to be recorded, and the guest was given no file for that");
        try
        {
            guest ??= await BootAsync(request, logs, cancel);
            RunRecord record = await guest.RunAsync(InGuest(request), options.AnswerMarginSeconds, cancel);
            if (record.Recording is { } recorded) trace?.Cut(recorded.Bytes);
            if (options.FreshBoot) await DropGuestAsync();
            bool emulated = accelerator == Accelerator.Tcg;
            return surroundings.Of(record, request, accelerator) with
            {
                Request = request,
                Target = Name,
                Origin = emulated ? Origin.Emulated : Origin.Measured,
                Caution = emulated ? VmCaution.Emulated : VmCaution.Virtual,
                Counters = [.. record.Counters, BootsTried],
            };
        }
        catch
        {
            // With the guest gone nothing is written any more.
            await DropGuestAsync(cut: request.Recording is not null);
            throw;
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => DropGuestAsync();

    private Counter BootsTried =>
        new() { Name = "vm.boots", Unit = "boots", Value = boots, Note = "boots tried until this run's guest was up" };

    private async ValueTask DropGuestAsync(bool cut = false)
    {
        if (guest is not null) await guest.DisposeAsync();
        if (cut) trace?.CutAfterData();
        disk?.Dispose();
        trace?.Dispose();
        (guest, disk, trace) = (null, null, null);
    }

    /// <summary>The request as the guest gets it, which records on a disk of its own.</summary>
    private static RunRequest InGuest(RunRequest request) =>
        request.Recording is { } recording ? request with { Recording = recording with { Path = TraceDisk.InGuest } } : request;

    private async Task<Guest> BootAsync(RunRequest request, string logs, CancellationToken cancel)
    {
        accelerator = kvm.Choose(out bool proven);
        bool kvmFailed = false;
        for (boots = 1; ; boots++)
        {
            ConsoleLog console = new(NewLog(logs, request));
            bool probe = accelerator == Accelerator.Kvm && !proven;
            string how = accelerator == Accelerator.Kvm ? "KVM" : "software emulation";
            progress?.Report($"{Name}: booting under {how}{(boots > 1 ? $", try {boots}" : "")}");
            try
            {
                disk?.Dispose();
                disk = await GuestDisk.MakeAsync(options, folders, cancel);
                trace ??= options.TraceFile is { } file ? TraceDisk.Make(file) : null;
                IReadOnlyList<string> arguments =
                    QemuCommand.Arguments(options, kernel, image, console.Path, accelerator, disk?.ImagePath, trace?.ImagePath);
                Guest booted = await Guest.BootAsync(Name, options, arguments, console, cancel);
                // Held against KVM only once the same kernel has come up without it: a kernel that does not boot at all proves nothing.
                if (probe || kvmFailed) kvm.Remember(usable: probe);
                return booted;
            }
            catch (RunFailedException e) when (!console.ReachedInit && (probe || boots < options.BootTries))
            {
                progress?.Report($"{e.Message}; trying again");
                if (!probe) continue;
                kvmFailed = true;
                accelerator = Accelerator.Tcg;
            }
        }
    }

    /// <summary>A file of its own for each boot, named after the run that wanted it.</summary>
    private static string NewLog(string logs, RunRequest request)
    {
        try
        {
            string folder = Directory.CreateDirectory(logs).FullName;
            string arm = string.Concat(request.Arm.Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '_'));
            for (int boot = 1; ; boot++)
            {
                string name = string.Create(CultureInfo.InvariantCulture, $"{request.Sequence:000}-{arm}-boot{boot}-console.log");
                string path = Path.Combine(folder, name);
                if (!File.Exists(path)) return path;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HostCannotException($"cannot keep the guest's console log in {logs}: {e.Message}", e);
        }
    }

    private static void CheckMemory(string name, MachineShape machine)
    {
        long wanted = machine.Nodes.Sum(node => (long)node.MemoryMiB);
        long there = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 20;
        if (wanted > there)
            throw new HostCannotException($"{name}: the machine's nodes have {wanted} MiB together; this host has {there} MiB");
    }
}
