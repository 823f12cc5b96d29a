using Harness.Records;

namespace Harness.Experiments;

/// <summary>The files of a session, written so that what was there before survives whatever stops the writing.</summary>
internal static class SessionFile
{
    /// <summary>Replaces the file's content as a whole.</summary>
    /// <exception cref="HostCannotException">It cannot be written: a full disk, no permission. The old content is as it was.</exception>
    public static void Write(string path, string text)
    {
        try
        {
            DurableFile.Write(path, text);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CannotWrite(path, e);
        }
    }

    /// <summary>Creates the folder and those above it.</summary>
    /// <exception cref="HostCannotException">It cannot be created.</exception>
    public static void CreateFolder(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CannotWrite(path, e);
        }
    }

    /// <summary>The line for a path that does not take what should be written.</summary>
    public static HostCannotException CannotWrite(string path, Exception e) => new(
        $"cannot write {path}: {e.Message.ReplaceLineEndings(" ")}; what was written before is intact; "
        + "make room there or set HARNESS_HOME to another folder, then run again with --resume", e);
}
