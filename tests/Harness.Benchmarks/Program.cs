using BenchmarkDotNet.Running;
using Harness.Benchmarks;

// Without an argument it would ask which benchmarks to run; README.md says how to name them.
BenchmarkSwitcher.FromAssembly(typeof(Settings).Assembly).Run(args, new Settings());
