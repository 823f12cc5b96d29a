using System.Globalization;
using BenchmarkDotNet.Running;
using Harness.Benchmarks;

BenchmarkSwitcher all = BenchmarkSwitcher.FromAssembly(typeof(Settings).Assembly);
switch (args)
{
    // Real runs instead of benchmarks: a share of a CPU is seen over seconds only.
    case ["own-cost", var seconds]:
        await OwnCostRuns.PrintAsync(int.Parse(seconds, CultureInfo.InvariantCulture));
        break;
    case ["claims"]:
        Claim.Print(Console.Out, all.Run(Claim.Filters, new Settings()));
        break;
    // Without an argument it would ask which benchmarks to run; README.md says how to name them.
    default:
        all.Run(args, new Settings());
        break;
}
