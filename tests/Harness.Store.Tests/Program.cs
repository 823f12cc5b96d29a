using System.Globalization;
using Harness.Records;

namespace Harness.Store.Tests;

/// <summary>What a test starts as a process of its own to kill it: stores records without end and says each one's number once it is stored.</summary>
internal static class Program
{
    private static int Main(string[] args)
    {
        if (args is not [var address, var home, var first]) return 2;
        try
        {
            Store(address, home, int.Parse(first, CultureInfo.InvariantCulture));
            return 0;
        }
        catch (HarnessException e)
        {
            return (int)e.ExitCode;
        }
    }

    private static void Store(string address, string home, int first)
    {
        string sessions = Path.Combine(home, "sessions");
        using ResultStore store = address.Contains("://", StringComparison.Ordinal)
            ? ResultStore.Open(PostgresAddress.Parse(address), sessions, Console.Error.WriteLine)
            : ResultStore.Open(address, sessions, Console.Error.WriteLine);
        store.SaveSession(Sample.Manifest("a"));
        for (int i = first; ; i++)
        {
            store.SaveRecord(Sample.Record("a", i));
            Console.Out.WriteLine(i);
            Console.Out.Flush();
        }
    }
}
