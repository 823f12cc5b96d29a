using System.Text;
using Harness.Records;

namespace Harness.Experiments.Yaml;

/// <summary>Reads a text file that a user wrote.</summary>
internal static class InputFile
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>
    /// The text. Reads no more than <see cref="YamlText.MaxCharacters"/> allows, so an endless file ends in an error too.
    /// </summary>
    /// <exception cref="UsageException">The file cannot be read or is not UTF-8.</exception>
    public static string Read(string path)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            byte[] bytes = new byte[YamlText.MaxCharacters + 1];
            int length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            if (length == bytes.Length)
                throw new UsageException($"{path}: longer than {YamlText.MaxCharacters} bytes; this cannot be a plan or a workload");
            return Strict.GetString(bytes, 0, length);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{path}: cannot be read: {e.Message.ReplaceLineEndings(" ")}", e);
        }
        catch (DecoderFallbackException e)
        {
            throw new UsageException($"{path}: not UTF-8 text", e);
        }
    }
}
