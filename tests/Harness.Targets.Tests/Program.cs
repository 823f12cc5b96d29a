using Harness.Host.Proc;
using Harness.Targets.Vm;

// A harness that holds an emulator and is then killed: prints the emulator's process id and waits for an end that does not come.
await using Emulator emulator = await Emulator.StartAsync(SearchPath.Own, ["-nodefaults", "-no-user-config", "-display", "none", "-M", "none"]);
Console.WriteLine(emulator.Id);
await emulator.Exited;
