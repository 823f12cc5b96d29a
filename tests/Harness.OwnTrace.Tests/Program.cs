using Harness.OwnTrace;
using Harness.Records;

// A harness whose runtime takes no diagnostics (see the test that starts it): one window, and what became of its trace.
using SessionTrace trace = new();
Phases.Begin(Phases.Window);
Phases.End(Phases.Window);
PhaseCost? window = await trace.CutAsync();
Console.WriteLine($"window {(window is null ? "not seen" : "seen")}; {string.Join("; ", trace.Cost.Notes)}");
