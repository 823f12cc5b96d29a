using Harness.Records;
using Harness.Store;

namespace Harness.Cli;

/// <summary>
/// The store as a session under way sees it: when it takes nothing any more, the runs go on. Each is in the session's folder before it
/// comes here, and the session is not stored as ended then, so that the next opening stores what is missing.
/// </summary>
/// <param name="store">The store.</param>
/// <param name="notice">Given one line when the store takes nothing any more.</param>
internal sealed class SessionStore(ResultStore store, Action<string> notice) : IDisposable
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
            notice($"note: the runs go on, and a later start stores them from the session's folder: {e.Message}");
        }
    }
}
