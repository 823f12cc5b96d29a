using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Dapper;
using Npgsql;

namespace Harness.Store.Tests;

/// <summary>
/// A PostgreSQL server of Debian's package, for these tests alone: its files in a folder of their own, reachable over loopback and a socket
/// in that folder. It ends, and its folder goes, with the tests, also when they are killed: it hangs on a pipe of theirs.
/// </summary>
public sealed class PostgresServer : IDisposable
{
    public const string Password = "pa/ss@w:rd%";
    private const string User = "tester";

    // Ends the server when standard input does.
    private const string Keeper = """
        folder=$1; shift
        "$@" </dev/null >>"$folder/log" 2>&1 &
        server=$!
        read -r _
        kill -QUIT $server 2>/dev/null
        wait $server
        """;

    private static readonly string? Root = FindRoot();
    private readonly string folder = Directory.CreateTempSubdirectory("harness-pg-").FullName;
    private readonly Lock starting = new();
    private Process? keeper;
    private string programs = "";

    // How its programs are started: the server refuses to run as root.
    private string[] launch = Environment.IsPrivilegedProcess ? ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "--"] : [];
    private int databases;
    private TestCertificate? certificate;

    public int Port { get; private set; }

    public string Folder => folder;

    /// <summary>The file of its certificate, which vouches for itself.</summary>
    public string Certificate => certificate!.CertificateFile;

    /// <summary>The server's own process.</summary>
    public int Pid => int.Parse(File.ReadLines(Path.Combine(folder, "data", "postmaster.pid")).First(), CultureInfo.InvariantCulture);

    public string Url(string database, string user = User, string password = Password) => string.Create(CultureInfo.InvariantCulture,
        $"postgres://{user}:{Uri.EscapeDataString(password)}@127.0.0.1:{Port}/{database}?sslmode=disable");

    public NpgsqlConnection Connect(string database)
    {
        NpgsqlConnection connection = new($"Host=127.0.0.1;Port={Port};Username={User};Password={Password};Database={database};Pooling=false");
        connection.Open();
        return connection;
    }

    public string CreateDatabase(string options = "")
    {
        Start();
        string name = $"store{Interlocked.Increment(ref databases)}";
        Execute($"CREATE DATABASE {name} {options}");
        return name;
    }

    public void Execute(string statement)
    {
        using NpgsqlConnection connection = Connect("postgres");
        connection.Execute(statement);
    }

    /// <summary>Starts it if it does not run, and waits until it answers. Skips the test where there is no PostgreSQL.</summary>
    public void Start()
    {
        Skip.If(Root is null, "PostgreSQL is not installed and not in the cache; ./run.sh test fetches it where apt-get can");
        lock (starting)
        {
            if (keeper is not null) return;
            string data = Path.Combine(folder, "data");
            if (Port == 0) Create(data);
            keeper = Process.Start(new ProcessStartInfo("sh", [
                "-c", Keeper, "sh", folder, .. launch, Path.Combine(programs, "postgres"), "-D", data, "-k", folder, "-c", "listen_addresses=127.0.0.1",
                "-c", $"port={Port}", "-c", "max_connections=30", "-c", "shared_buffers=16MB", "-c", "timezone=GMT", "-c", "log_timezone=GMT",
                "-c", "ssl=on", "-c", $"ssl_cert_file={certificate!.CertificateFile}", "-c", $"ssl_key_file={certificate.KeyFile}"])
            { RedirectStandardInput = true })!;
            var waited = Stopwatch.StartNew();
            while (!Answers())
            {
                bool ended = keeper.WaitForExit(milliseconds: 50);
                if (ended || waited.Elapsed > TimeSpan.FromSeconds(60))
                    throw new InvalidOperationException($"the server did not come up: {File.ReadAllText(Path.Combine(folder, "log"))}");
            }
        }
    }

    private bool Answers()
    {
        try
        {
            using NpgsqlConnection connection = Connect("postgres");
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    /// <summary>Ends it as an administrator does who waits for no client (SIGINT: fast), without losing anything.</summary>
    public void Stop()
    {
        Run("kill", "-INT", Pid.ToString(CultureInfo.InvariantCulture));
        Gone();
    }

    /// <summary>SIGKILL to the server and to all processes it has started.</summary>
    public void Kill()
    {
        string server = Pid.ToString(CultureInfo.InvariantCulture);
        string[] all = [server, .. File.ReadAllText($"/proc/{server}/task/{server}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries)];
        Run("kill", ["-KILL", .. all]);
        Gone();
    }

    public void Dispose()
    {
        if (keeper is not null)
        {
            keeper.StandardInput.Close();
            Gone();
        }
        Directory.Delete(folder, recursive: true);
    }

    private void Gone()
    {
        keeper!.StandardInput.Close();
        keeper.WaitForExit();
        keeper.Dispose();
        keeper = null;
    }

    private void Create(string data)
    {
        using (TcpListener free = new(IPAddress.Loopback, 0))
        {
            free.Start();
            Port = ((IPEndPoint)free.LocalEndpoint).Port;
        }
        programs = ProgramsBelow(Place())!;
        string password = Path.Combine(folder, "password");
        File.WriteAllText(password, Password);
        certificate = TestCertificate.In(folder);
        Run("chmod", "600", certificate.KeyFile);
        if (Environment.IsPrivilegedProcess) Run("chown", "-R", "nobody", folder);
        Run([.. launch, Path.Combine(programs, "initdb"), "-D", data, "-U", User, $"--pwfile={password}", "--auth=scram-sha-256",
            "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions"]);
    }

    private static void Run(params string[] command)
    {
        using Process process = Process.Start(new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardError = true, RedirectStandardOutput = true, WorkingDirectory = "/",
        })!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{string.Join(' ', command)}: {errors.Result}");
    }

    private static void Run(string program, string[] arguments) => Run([program, .. arguments]);

    /// <summary>
    /// The folder above <c>usr/lib/postgresql</c>: the file system's root where the package is installed, else the cache into which run.sh
    /// unpacked it.
    /// </summary>
    private static string? FindRoot()
    {
        string cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } set
            ? set : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        return new[] { "/", Path.Combine(cache, "harness", "postgresql") }.FirstOrDefault(root => ProgramsBelow(root) is not null);
    }

    private static string? ProgramsBelow(string root)
    {
        string versions = Path.Combine(root, "usr", "lib", "postgresql");
        return !Directory.Exists(versions) ? null : Directory.GetDirectories(versions).Select(version => Path.Combine(version, "bin"))
            .FirstOrDefault(bin => File.Exists(Path.Combine(bin, "initdb")));
    }

    /// <summary>Where the programs can be run from. A root user's cache is closed to others, so that what lies there is copied first.</summary>
    private string Place()
    {
        if (Root == "/") return Root!;
        string copy = Path.Combine(folder, "programs");
        Run("cp", "-a", Root!, copy);
        IEnumerable<string> libraries = new[] { Path.Combine(copy, "usr", "lib"), Path.Combine(copy, "lib") }
            .Where(Directory.Exists).SelectMany(lib => Directory.GetDirectories(lib, "*-linux-gnu"));
        launch = [.. launch, "env", $"LD_LIBRARY_PATH={string.Join(':', libraries)}"];
        return copy;
    }
}

/// <summary>Tests that share the server; one after another.</summary>
[CollectionDefinition(Name)]
public sealed class PostgresTests : ICollectionFixture<PostgresServer>
{
    public const string Name = "PostgreSQL";
}
