using Harness.Records;
using Npgsql;

namespace Harness.Store.Tests;

/// <summary>Is HARNESS_STORE read as libpq reads it, and is the password never repeated?</summary>
public sealed class PostgresAddressTests
{
    [Theory]
    [InlineData("postgres://u:p@h:5433/d", "postgres://u@h:5433/d", "p")]
    [InlineData("postgresql://u:p%40%2F%3A@h/d?sslmode=require&connect_timeout=3", "postgres://u@h:5432/d", "p@/:")]
    [InlineData("postgres://u:p@ss@h", "postgres://u@h:5432/u", "p@ss")]
    [InlineData("postgres://u@[::1]:1/d%20e", "postgres://u@[::1]:1/d e", null)]
    [InlineData("postgres://u@/d?host=%2Frun%2Fpg", "postgres://u@/run/pg:5432/d", null)]
    public void An_address_is_read(string url, string name, string? password)
    {
        PostgresAddress address = PostgresAddress.Parse(url);
        Assert.Equal(name, address.Name);
        Assert.Equal(name, address.ToString());
        Assert.Equal(password, new NpgsqlConnectionStringBuilder(address.ConnectionString).Password);
    }

    [Theory]
    [InlineData("")]
    [InlineData("u:secret@h/d")]
    [InlineData("mysql://u:secret@h/d")]
    [InlineData("postgres://u:secret@h:99999/d")]
    [InlineData("postgres://u:sec/ret@h/d")]
    [InlineData("postgres://u:secret@[::1/d")]
    [InlineData("postgres://u:secret@h/d?sslmode=maybe")]
    [InlineData("postgres://u:secret@h/d?connect_timeout=secret")]
    [InlineData("postgres://u:secret@h/d?options=secret")]
    public void What_is_no_address_is_refused_without_repeating_it(string url)
    {
        string message = Assert.Throws<UsageException>(() => PostgresAddress.Parse(url)).Message;
        Assert.StartsWith("HARNESS_STORE ", message, StringComparison.Ordinal);
        Assert.DoesNotContain("sec", message.Replace("seconds", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }
}
