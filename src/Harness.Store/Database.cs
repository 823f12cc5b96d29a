using System.Data;
using System.Data.Common;
using Dapper;

namespace Harness.Store;

/// <summary>
/// What SQLite and PostgreSQL do differently: opening, transactions, the version of the tables, the words for types and for errors. All
/// other SQL is written once, for both.
/// </summary>
internal abstract class Database : IDisposable
{
    /// <summary>How messages name it. Holds no password.</summary>
    public abstract string Name { get; }

    /// <summary>The open connection; of one thread at a time.</summary>
    public abstract DbConnection Connection { get; }

    /// <summary>What the words in braces of <see cref="Schema.Steps"/> stand for.</summary>
    public abstract IReadOnlyDictionary<string, string> TypeWords { get; }

    /// <summary>
    /// The statement that begins a transaction which will write; of more than one word, since Dapper calls a procedure of one.
    /// </summary>
    protected abstract string Begin { get; }

    /// <summary>How many steps of <see cref="Schema.Steps"/> have been taken; 0 for a new database.</summary>
    /// <exception cref="Harness.Records.UsageException">Another program's tables are there.</exception>
    public abstract int ReadVersion();

    /// <summary>Sets how this connection writes, once the database is known to be ours.</summary>
    public virtual void Configure()
    {
    }

    /// <summary>Keeps other processes from taking steps until the transaction ends.</summary>
    public virtual void LockSchema()
    {
    }

    /// <summary>Notes how many steps have been taken, in the transaction that took them.</summary>
    public abstract void WriteVersion(int version);

    /// <summary>Runs an action that may be repeated; the database's errors leave as one clear line.</summary>
    /// <exception cref="Harness.Records.HostCannotException">The database cannot be used now; the message says why and what to
    /// do.</exception>
    public abstract T Guard<T>(Func<T> action);

    /// <summary>Runs an action as one transaction: all of it is stored when this returns, else nothing.</summary>
    /// <exception cref="Harness.Records.HostCannotException">As for <see cref="Guard"/>.</exception>
    public void InTransaction(Action action) => Guard(() =>
    {
        Connection.Execute(Begin);
        try
        {
            action();
            Connection.Execute("COMMIT TRANSACTION");
            return true;
        }
        catch
        {
            if (Connection.State == ConnectionState.Open) RollBack();
            throw;
        }
    });

    /// <summary>Ends a failed transaction. What goes wrong in it is left out: the cause is on its way up.</summary>
    protected abstract void RollBack();

    /// <inheritdoc />
    public abstract void Dispose();
}
