namespace Harness.Cli;

/// <summary>The last line of standard error, which progress writes over on a terminal; elsewhere each is a line of its own.</summary>
internal sealed class LiveLine
{
    private const string Clear = "\r\x1b[K";

    private readonly Lock writing = new();

    /// <summary>Standard error is a terminal, so that a line can be shown as often as one likes.</summary>
    public bool OnTerminal { get; } = !Console.IsErrorRedirected;

    /// <summary>Shows a line until the next one.</summary>
    public void Show(string line)
    {
        lock (writing)
        {
            if (OnTerminal) Console.Error.Write(Clear + line);
            else Console.Error.WriteLine(line);
        }
    }

    /// <summary>Writes a line that stays.</summary>
    public void Notice(string line)
    {
        lock (writing) Console.Error.WriteLine(OnTerminal ? Clear + line : line);
    }

    /// <summary>Takes away what is shown.</summary>
    public void End()
    {
        lock (writing)
        {
            if (OnTerminal) Console.Error.Write(Clear);
        }
    }
}
