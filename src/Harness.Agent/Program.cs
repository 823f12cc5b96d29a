using Harness.Agent;

return await AgentProgram.MainAsync(args);
