using System.Globalization;
using BenchmarkDotNet.Running;
using Harness.Benchmarks;

// Real runs instead of benchmarks: a share of a CPU is seen over seconds only.
if (args is ["own-cost", var seconds]) await OwnCostRuns.PrintAsync(int.Parse(seconds, CultureInfo.InvariantCulture));
// Without an argument it would ask which benchmarks to run; README.md says how to name them.
else BenchmarkSwitcher.FromAssembly(typeof(Settings).Assembly).Run(args, new Settings());
