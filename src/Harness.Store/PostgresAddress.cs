using System.Globalization;
using Harness.Records;
using Npgsql;

namespace Harness.Store;

/// <summary>Where a PostgreSQL server is and which of its databases is meant, as <c>HARNESS_STORE</c> says it.</summary>
public sealed record PostgresAddress
{
    /// <summary>The variable that holds it.</summary>
    public const string Variable = "HARNESS_STORE";

    private const string Form = "postgres://user:password@host:port/database?sslmode=require";
    private const int ConnectSeconds = 5;    // assumed: many times a connection across a lab
    private const int CommandSeconds = 30;   // assumed: many times the slowest query over thousands of sessions

    private PostgresAddress(string name, NpgsqlConnectionStringBuilder builder)
    {
        Name = name;
        User = builder.Username!;
        Database = builder.Database!;
        RootCertificate = builder.RootCertificate;
        ConnectionString = builder.ConnectionString;
    }

    /// <summary>The address without the password, as messages print it.</summary>
    public string Name { get; }

    internal string User { get; }

    internal string Database { get; }

    /// <summary>The file of <c>sslrootcert</c>, or null.</summary>
    internal string? RootCertificate { get; }

    internal string ConnectionString { get; }

    /// <summary>
    /// Reads <c>postgres://</c> or <c>postgresql://</c> as libpq does: user, password and database may be percent-encoded; the parameters
    /// are <c>sslmode</c>, <c>sslrootcert</c>, <c>connect_timeout</c> and <c>host</c> (a socket's folder). A password that is left out
    /// comes from <c>PGPASSWORD</c> or <c>~/.pgpass</c>.
    /// </summary>
    /// <exception cref="UsageException">It is no such address. The message does not repeat it: it may hold a password.</exception>
    public static PostgresAddress Parse(string url)
    {
        int start = url.IndexOf("://", StringComparison.Ordinal);
        if (start < 0 || url[..start] is not ("postgres" or "postgresql")) throw Bad("does not begin with postgres://");
        string[] halves = url[(start + 3)..].Split('?', 2);
        string[] parts = halves[0].Split('/', 2);
        int at = parts[0].LastIndexOf('@');
        string[] who = parts[0][..Math.Max(at, 0)].Split(':', 2);
        (string host, int port) = HostAndPort(parts[0][(at + 1)..]);
        string user = Decoded(who[0]) is { Length: > 0 } named ? named : Environment.UserName;
        string database = parts.Length == 2 && parts[1].Length > 0 ? Decoded(parts[1]) : user;
        NpgsqlConnectionStringBuilder builder = new()
        {
            Port = port,
            Username = user,
            Password = who.Length == 2 ? Decoded(who[1]) : null,
            Database = database,
            SearchPath = Schema.PostgresSchema,
            ApplicationName = "harness",
            Pooling = false,    // one connection a store, closed with it
            Timeout = ConnectSeconds,
            CommandTimeout = CommandSeconds,
        };
        if (halves.Length == 2)
        {
            foreach (string parameter in halves[1].Split('&', StringSplitOptions.RemoveEmptyEntries)) Apply(parameter, builder, ref host);
        }
        builder.Host = host.Length > 0 ? host : "localhost";
        string shown = builder.Host.Contains(':', StringComparison.Ordinal) ? $"[{builder.Host}]" : builder.Host;
        string name = string.Create(CultureInfo.InvariantCulture, $"postgres://{user}@{shown}:{port}/{database}");
        return new PostgresAddress(name.ReplaceLineEndings(" "), builder);
    }

    /// <inheritdoc />
    public override string ToString() => Name;

    private static void Apply(string parameter, NpgsqlConnectionStringBuilder builder, ref string host)
    {
        string[] parts = parameter.Split('=', 2);
        string value = parts.Length == 2 ? Decoded(parts[1]) : "";
        switch (parts[0])
        {
            case "sslmode":
                builder.SslMode = value switch
                {
                    "disable" => SslMode.Disable,
                    "allow" => SslMode.Allow,
                    "prefer" => SslMode.Prefer,
                    "require" => SslMode.Require,
                    "verify-ca" => SslMode.VerifyCA,
                    "verify-full" => SslMode.VerifyFull,
                    _ => throw Bad("has an sslmode that is none of disable, allow, prefer, require, verify-ca, verify-full"),
                };
                break;
            case "sslrootcert":
                builder.RootCertificate = value;
                break;
            case "connect_timeout":
                bool isNumber = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds);
                builder.Timeout = isNumber && seconds is > 0 and <= 600
                    ? seconds : throw Bad("has a connect_timeout that is no number of seconds from 1 to 600");
                break;
            case "host":
                host = value;
                break;
            default:
                throw Bad("has a parameter other than sslmode, sslrootcert, connect_timeout and host");
        }
    }

    private static (string Host, int Port) HostAndPort(string text)
    {
        int end = text.StartsWith('[') ? text.IndexOf(']', StringComparison.Ordinal) : -1;
        if (text.StartsWith('[') && end < 0) throw Bad("has a host that begins with [ and lacks its ]");
        int colon = text.IndexOf(':', end + 1);
        string host = Decoded(end > 0 ? text[1..end] : colon < 0 ? text : text[..colon]);
        if (colon < 0) return (host, NpgsqlConnection.DefaultPort);
        return int.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int port) && port is > 0 and < 65536
            ? (host, port)
            : throw Bad("has a port that is no number from 1 to 65535 (a / or @ in a password is written %2F or %40)");
    }

    private static string Decoded(string text) => Uri.UnescapeDataString(text);

    private static UsageException Bad(string what) => new($"{Variable} {what}; it reads {Form}");
}
