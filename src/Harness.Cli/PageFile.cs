using Harness.Records;

namespace Harness.Cli;

/// <summary>Writes an HTML page to a file.</summary>
internal static class PageFile
{
    /// <summary>Writes a page that was asked for.</summary>
    /// <param name="file">The file.</param>
    /// <param name="write">Writes the page to a writer.</param>
    /// <exception cref="HostCannotException">The file cannot be written.</exception>
    public static void Write(string file, Action<TextWriter> write)
    {
        try
        {
            using StreamWriter writer = new(file);
            write(writer);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HostCannotException($"cannot write {file}: {e.Message.ReplaceLineEndings(" ")}; give another file", e);
        }
    }

    /// <summary>Writes a page that was asked for and has charts.</summary>
    /// <param name="folders">Where the chart library is.</param>
    /// <param name="file">The file.</param>
    /// <param name="write">Writes the page to a writer, given the library's text.</param>
    /// <exception cref="HostCannotException">The library is not there, or the file cannot be written.</exception>
    public static void Write(Folders folders, string file, Action<TextWriter, string> write)
    {
        string library = ChartLibrary.Read(folders);
        Write(file, writer => write(writer, library));
    }

    /// <summary>Writes a page that stands beside other results; when it cannot, a note says why.</summary>
    /// <param name="folders">Where the chart library is.</param>
    /// <param name="file">The file.</param>
    /// <param name="write">Writes the page to a writer, given the library's text.</param>
    /// <returns>True when it was written.</returns>
    public static bool TryWrite(Folders folders, string file, Action<TextWriter, string> write)
    {
        try
        {
            Write(folders, file, write);
            return true;
        }
        catch (HostCannotException e)
        {
            Console.Error.WriteLine($"note: {e.Message}");
            return false;
        }
    }
}
