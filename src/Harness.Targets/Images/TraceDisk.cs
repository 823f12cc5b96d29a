using Harness.Interop;
using Harness.Records;
using Microsoft.Win32.SafeHandles;

namespace Harness.Targets.Images;

/// <summary>
/// The disk that a guest records on: the trace file itself, as long as the guest is told it is, which is a hole but for what was recorded.
/// What reaches it is in the file whatever then becomes of the guest.
/// </summary>
internal sealed class TraceDisk : IDisposable
{
    /// <summary>Its serial number, by which the guest tells it from other disks; <c>init.sh</c> gives it a name in /dev.</summary>
    public const string Serial = "harness-trace";

    /// <summary>Where the guest has it.</summary>
    public const string InGuest = $"/dev/{Serial}";

    // Assumed: an hour at the highest rates there are, 20 MB/s.
    private const long Length = 64L << 30;

    private readonly SafeFileHandle file;

    private TraceDisk(string path, SafeFileHandle file)
    {
        ImagePath = path;
        this.file = file;
    }

    /// <summary>The file.</summary>
    public string ImagePath { get; }

    /// <summary>Makes the file, or empties it.</summary>
    /// <exception cref="HostCannotException">It cannot be made so long.</exception>
    public static TraceDisk Make(string path)
    {
        try
        {
            SafeFileHandle file = HostFile.Open(path);
            try
            {
                if (HostFile.TrySetLength(file, 0, path) && HostFile.TrySetLength(file, Length, path)) return new TraceDisk(path, file);
                throw new IOException("it is no plain file, which a guest's trace must be");
            }
            catch
            {
                file.Dispose();
                throw;
            }
        }
        catch (IOException e)
        {
            throw new HostCannotException($"recording into {path}: {e.Message}", e);
        }
    }

    /// <summary>Leaves what was recorded. A guest that is up may go on to record from the start.</summary>
    /// <param name="bytes">Length of the trace.</param>
    public void Cut(long bytes) => HostFile.TrySetLength(file, Math.Min(bytes, Length), ImagePath);

    /// <summary>Leaves what a guest wrote that did not say how much that is.</summary>
    public void CutAfterData() => Cut(HostFile.EndOfData(file, ImagePath));

    /// <inheritdoc />
    public void Dispose() => file.Dispose();
}
