using Harness.Records;
using Harness.Store;

namespace Harness.Cli;

/// <summary>
/// The store as a session under way sees it: when it takes nothing any more, the runs go on. Each is in the session's folder before it comes
/// here, and the session is not stored as ended then, so that the next opening stores what is missing.
/// </summary>
/// <param name="store">The store.</param>
internal sealed class SessionStore(ResultStore store) : IDisposable
{
    private bool isBehind;

    public void SaveSession(Manifest manifest) => Try(() => store.SaveSession(manifest));

    public void SaveRecord(RunRecord record) => Try(() => store.SaveRecord(record));

    public void Dispose() => store.Dispose();

    private void Try(Action save)
    {
        if (isBehind) return;
        try
        {
            save();
        }
        catch (HarnessException e)
        {
            isBehind = true;
            Console.Error.WriteLine($"note: nothing of this session is stored from here on: {e.Message}");
            Console.Error.WriteLine("note: its folder keeps everything; the next start that can use the store takes it from there");
        }
    }
}
