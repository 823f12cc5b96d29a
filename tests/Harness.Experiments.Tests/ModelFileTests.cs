using System.Globalization;
using System.Runtime.InteropServices;

namespace Harness.Experiments.Tests;

/// <summary>Are the model files what another reader of GGUF expects, as large as was asked, kept when right and replaced when not?</summary>
[Collection(BuiltWorkloads.Collection)]
public sealed class ModelFileTests(BuiltWorkloads built) : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("harness-model-");

    private string Model => Path.Combine(folder.FullName, "harness-model-0.gguf");

    [Theory]
    [InlineData(1000, 2, "memory")]
    [InlineData(500, 7, "memory")]
    [InlineData(4096, 12, "static")]
    public void Another_reader_finds_a_llama_of_finite_weights_that_fills_the_pages_asked_for(int pages, int layers, string kind)
    {
        Make(kind, pages, layers);
        GgufFile file = new(Model);
        Assert.Equal((3u, (ulong)pages * 4096), (file.Version, file.Length));
        Assert.Equal(("llama", "no_vocab"), (file.Values["general.architecture"], file.Values["tokenizer.ggml.model"]));
        ulong width = (uint)file.Values["llama.embedding_length"];
        ulong feed = (uint)file.Values["llama.feed_forward_length"];
        ulong rows = (uint)file.Values["llama.vocab_size"];
        Assert.Equal((uint)layers, file.Values["llama.block_count"]);
        Assert.Equal(width, 64 * (uint)file.Values["llama.attention.head_count"]);
        Assert.Equal(2 + 9 * layers, file.Tensors.Count);
        Assert.Equal([width, rows], file.Tensors.Single(t => t.Name == "token_embd.weight").Sizes);
        Assert.Equal([feed, width], file.Tensors.Single(t => t.Name == $"blk.{layers - 1}.ffn_down.weight").Sizes);

        ulong next = 0;
        foreach (GgufFile.Tensor tensor in file.Tensors)
        {
            Assert.Equal((next, 0UL), (tensor.Offset, tensor.Offset % 4096));
            ReadOnlySpan<byte> bytes = file.Of(tensor);
            next = (tensor.Offset + (ulong)bytes.Length + 4095) / 4096 * 4096;
            if (tensor.Type == 0) Assert.Equal(-1, MemoryMarshal.Cast<byte, float>(bytes).IndexOfAnyExcept(1f));
            else Assert.True(AreSmall(MemoryMarshal.Cast<byte, Half>(bytes)));
        }
        // what is no tensor's is less than a page and a row of the vocabulary
        Assert.InRange(file.Length - file.Data - next, 0UL, 4096 + (2 * width));
    }

    [Fact]
    public void A_stream_of_a_model_reads_every_word_once_a_token_and_keeps_the_file_for_the_next()
    {
        string output = Make("static", 600, 3, "--tokens=2", "--threads=3");
        ulong sum = 0;
        foreach (ulong word in MemoryMarshal.Cast<byte, ulong>(File.ReadAllBytes(Model))) sum += word;
        Assert.Contains(BuiltWorkloads.Mix(2 * sum).ToString("x16", CultureInfo.InvariantCulture), output, StringComparison.Ordinal);

        DateTime made = File.GetLastWriteTimeUtc(Model);
        Make("static", 600, 3, "--seed=7");
        Assert.Equal(made, File.GetLastWriteTimeUtc(Model));
        Make("static", 601, 3);
        Assert.Equal(601 * 4096, new FileInfo(Model).Length);
    }

    [Theory]
    [InlineData("short")]
    [InlineData("noise")]
    [InlineData("another head")]
    public void A_file_that_is_no_such_model_is_replaced(string what)
    {
        Make("memory", 400, 2);
        byte[] right = File.ReadAllBytes(Model);
        byte[] wrong = what switch
        {
            "short" => right[..5000],
            "noise" => [.. Enumerable.Range(0, right.Length).Select(i => (byte)(i * 7))],
            _ => [.. right[..200], (byte)(right[200] ^ 1), .. right[201..]],
        };
        File.WriteAllBytes(Model, wrong);
        Make("memory", 400, 2);
        Assert.Equal(right, File.ReadAllBytes(Model));
        Assert.Single(folder.GetFiles());
    }

    [Fact]
    public void A_link_in_the_place_of_a_model_is_not_followed()
    {
        string elsewhere = Path.Combine(folder.FullName, "elsewhere");
        File.WriteAllText(elsewhere, "precious");
        File.CreateSymbolicLink(Model, elsewhere);
        Make("static", 400, 2);
        Assert.Equal("precious", File.ReadAllText(elsewhere));
        Assert.Null(new FileInfo(Model).LinkTarget);
    }

    [Fact]
    public void Weights_that_changed_in_the_file_are_noticed()
    {
        Make("static", 400, 2);
        byte[] bytes = File.ReadAllBytes(Model);
        bytes[300 * 4096] ^= 1;
        File.WriteAllBytes(Model, bytes);
        (int status, _, string error) = Run("static", 400, 2);
        Assert.Equal(1, status);
        Assert.Contains("the words of a model add up to", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Too_few_pages_are_refused_with_how_many_it_takes()
    {
        (int status, _, string error) = Run("static", 20, 3);
        Assert.Equal((2, "llama-stream: --pages=20 are too few for a model of --layers=3; give at least 43\n"), (status, error));
    }

    public void Dispose() => folder.Delete(recursive: true);

    private static bool AreSmall(ReadOnlySpan<Half> weights)
    {
        foreach (Half weight in weights)
        {
            if (!(Math.Abs((float)weight) is >= 1f / 64 and < 1f / 32)) return false;
        }
        return true;
    }

    private string Make(string kind, int pages, int layers, params string[] more)
    {
        (int status, string output, string error) = Run(kind, pages, layers, more);
        Assert.Equal((0, ""), (status, error));
        return output;
    }

    private (int Status, string Output, string Error) Run(string kind, int pages, int layers, params string[] more) => built.Run(
        kind, "llama-stream", ["--file=model", "--processes=1", $"--pages={pages}", $"--layers={layers}", $"--dir={folder.FullName}", .. more]);
}
