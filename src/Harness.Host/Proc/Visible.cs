using System.Runtime.CompilerServices;

// The parsers are no other project's business; their tests and benchmarks are.
[assembly: InternalsVisibleTo("Harness.Host.Tests")]
[assembly: InternalsVisibleTo("Harness.Benchmarks")]
