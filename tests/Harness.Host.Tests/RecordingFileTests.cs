using Harness.Host.Recording;

namespace Harness.Host.Tests;

/// <summary>Is in the file what was written, at its end and whenever it was flushed?</summary>
public sealed class RecordingFileTests : IDisposable
{
    // On a disk: in memory there is nothing to go past.
    private readonly string path = Path.Combine(AppContext.BaseDirectory, $"direct-{Guid.NewGuid():N}");

    public void Dispose() => File.Delete(path);

    [Fact]
    public void Writes_of_any_length_come_out_in_their_order()
    {
        Random random = new(1);
        byte[] all = new byte[1_000_003];
        random.NextBytes(all);
        File.WriteAllBytes(path, new byte[2_000_000]);
        using (DirectFile file = new(path))
        {
            for (int at = 0; at < all.Length;)
            {
                int length = Math.Min(random.Next(1, 40_000), all.Length - at);
                file.Write(all.AsSpan(at, length));
                at += length;
                Assert.Equal(at, file.Length);
                if (random.Next(10) > 0) continue;
                file.Flush();
                byte[] soFar = File.ReadAllBytes(path);
                Assert.True(all.AsSpan(0, at).SequenceEqual(soFar.AsSpan(0, at)));
                Assert.True(soFar.AsSpan(at).IndexOfAnyExcept((byte)0) < 0, "more than was written");
            }
        }
        Assert.Equal(all, File.ReadAllBytes(path));
    }

    [Theory]
    [InlineData("/dev/no-such-disk", "there is no device")]
    [InlineData("/no/such/folder/file", "No such file or directory")]
    public void A_place_that_cannot_be_written_is_named(string place, string says)
    {
        IOException cannot = Assert.Throws<IOException>(() => new DirectFile(place));
        Assert.Contains(says, cannot.Message, StringComparison.Ordinal);
        Assert.Contains(place, cannot.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(place));
    }
}
