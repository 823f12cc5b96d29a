using System.Runtime.CompilerServices;

// The parsers are no other project's business; their tests are.
[assembly: InternalsVisibleTo("Harness.Host.Tests")]
