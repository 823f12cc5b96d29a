namespace Harness.Model.Tests;

/// <summary>Machines, workloads and readings that the tests share.</summary>
internal static class Cases
{
    internal static readonly MemoryNode[] Nodes = [new(100), new(250)];

    /// <summary>A machine on which the workload's pages are all there is to move.</summary>
    internal static Machine Bare(int cpus) => Machine.Hardware(cpus, Nodes) with { OtherPages = 0 };

    internal static Machine BareGuest(int cpus, int hostCores) => Machine.Emulated(cpus, Nodes, hostCores) with { OtherPages = 0 };

    internal static MigratePingpong Work(int pages, int rounds, int threads, ulong seed = 1, Binding bind = Binding.Spread) =>
        new() { Pages = pages, Rounds = rounds, Threads = threads, Seed = seed, Bind = bind };

    internal static Outcome Run(Machine machine, string profile, MigratePingpong workload) => Simulation.Run(machine, Profile.Parse(profile), workload);

    internal static double Interrupts(this Outcome outcome) => outcome["interrupts.TLB"].Value;

    internal static double Flushes(this Outcome outcome, string reason) => outcome["trace.tlb:tlb_flush/" + reason].Value;
}
