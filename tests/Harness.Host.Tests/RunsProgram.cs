using System.Diagnostics;

namespace Harness.Host.Tests;

/// <summary>A small C program, compiled once, that behaves as its first argument says. It leaves files that show how far it came.</summary>
public sealed class RunsProgram : IDisposable
{
    private const string Source = """
        #include <signal.h>
        #include <stdio.h>
        #include <stdlib.h>
        #include <string.h>
        #include <unistd.h>

        static const char *folder;

        static void leave(const char *name)
        {
        	char path[4096];
        	snprintf(path, sizeof(path), "%s/%s", folder, name);
        	FILE *file = fopen(path, "w");
        	fprintf(file, "%d", getpid());
        	fclose(file);
        }

        static void fork_sleeper(void)
        {
        	if (fork() != 0)
        		return;
        	leave("child");
        	pause();
        	_exit(0);
        }

        static void wait_for(const char *name)
        {
        	char path[4096];
        	snprintf(path, sizeof(path), "%s/%s", folder, name);
        	while (access(path, F_OK) != 0)
        		usleep(1000);
        }

        int main(int argc, char **argv)
        {
        	const char *mode = argv[1];
        	char line[64];
        	folder = argv[2];
        	setvbuf(stdout, NULL, _IOLBF, 0);
        	leave("started");

        	if (strcmp(mode, "plain") == 0) {
        		printf("{\"checksum\":\"%s\",\"metrics\":{\"elapsed\":2}}\n", argv[3]);
        		return 0;
        	}
        	if (strcmp(mode, "say") == 0) {
        		printf("%s\n", argv[3]);
        		return 0;
        	}
        	if (strcmp(mode, "crash-early") == 0) {
        		fprintf(stderr, "first\nno memory on node 7\n\n");
        		return 3;
        	}
        	printf("warming up\nready\n");
        	leave("ready");
        	if (!fgets(line, sizeof(line), stdin) || strcmp(line, "go\n") != 0)
        		return 9;
        	leave("went");

        	if (strcmp(mode, "segv") == 0)
        		raise(SIGSEGV);
        	if (strcmp(mode, "kill") == 0)
        		raise(SIGKILL);
        	if (strcmp(mode, "interrupt") == 0) {
        		signal(SIGINT, SIG_DFL);
        		raise(SIGINT);
        	}
        	if (strcmp(mode, "hang") == 0) {
        		fork_sleeper();
        		pause();
        	}
        	if (strcmp(mode, "orphan") == 0) {
        		fork_sleeper();
        		wait_for("child");
        		return 5;
        	}
        	if (strcmp(mode, "endless-line") == 0)
        		for (;;)
        			putchar('x');
        	if (strcmp(mode, "endless-lines") == 0)
        		for (;;)
        			puts("x");
        	if (strcmp(mode, "errors") == 0)
        		for (int i = 0; i < 200000; i++)
        			fprintf(stderr, "line %d\n", i);

        	printf("{\"checksum\":\"abc\",\"metrics\":{\"elapsed\":1.5,\"pages_per_second\":1e3}}\n");
        	while (fgets(line, sizeof(line), stdin))
        		;
        	leave("torn-down");
        	if (strcmp(mode, "chatty-end") == 0)
        		for (int i = 0; i < 100000; i++)
        			puts("bye");
        	return strcmp(mode, "errors") == 0 ? 4 : 0;
        }
        """;

    public RunsProgram()
    {
        File.WriteAllText(Path.Combine(Folder, "probe.c"), Source);
        using Process compiler = Process.Start("gcc", ["-O1", "-Wall", "-o", Path.Combine(Folder, "probe"), Path.Combine(Folder, "probe.c")]);
        compiler.WaitForExit();
        Assert.Equal(0, compiler.ExitCode);
    }

    /// <summary>The folder that holds the program <c>probe</c>.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("harness-runs-").FullName;

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
