using System.Buffers.Binary;
using Harness.Host.Perf;
using Harness.Host.Recording;
using Harness.Host.Recording.Symbols;
using static Iced.Intel.AssemblerRegisters;

namespace Harness.Host.Tests;

/// <summary>
/// A folder that says of a kernel what /proc and /sys say: one like 6.1, whose compiler put set_tlb_ubc_flush_pending into its caller. Each
/// test takes away or changes what it asks about.
/// </summary>
internal sealed class RecordingFakeKernel : IDisposable
{
    private const ulong UnmapOne = 0xffffffff81200000;

    private static readonly string[] Functions =
    [
        "ptep_clear_flush", "try_to_unmap", "try_to_migrate", "try_to_unmap_flush", "try_to_unmap_flush_dirty", "arch_tlbbatch_flush",
        "flush_tlb_mm_range", "do_wp_page", "do_mmap", "enter_lazy_tlb", "switch_mm_irqs_off", "try_to_migrate_one",
    ];

    private static readonly string[] Tracepoints =
    [
        "kmem/mm_page_free", "kmem/mm_page_alloc", "kmem/mm_page_pcpu_drain", "kmem/mm_page_alloc_zone_locked", "migrate/set_migration_pte",
        "migrate/mm_migrate_pages_start", "migrate/mm_migrate_pages", "vmscan/mm_vmscan_wakeup_kswapd",
        "vmscan/mm_vmscan_direct_reclaim_begin",
    ];

    private readonly DirectoryInfo root = Directory.CreateTempSubdirectory("harness-kernel-");

    internal RecordingFakeKernel()
    {
        Write("proc/sys/kernel/osrelease", "6.1.0-1-amd64\n");
        Write("sys/devices/system/cpu/possible", "0-99\n");
        Write("sys/kernel/tracing/kprobe_events", "");
        foreach (string tracepoint in Tracepoints) Write($"sys/kernel/tracing/events/{tracepoint}/format", "");
        byte[] code = RecordingSiteTests.Assemble(
            body =>
            {
                body.xchg(__qword_ptr[rax], r15);
                body.@lock.xadd(__qword_ptr[r12 + 0x10], rax);
            },
            UnmapOne);
        ulong next = UnmapOne + (ulong)code.Length;
        Symbols = [("try_to_unmap_one", UnmapOne), .. Functions.Select(name => (name, next++)), ("vmemmap_base", UnmapOne + 4096)];
        Traceable = [.. Functions, "try_to_unmap_one"];
        WriteBytes("proc/kcore", Core(code));
        WriteBytes("sys/kernel/btf/vmlinux", Types());
    }

    internal (string Name, ulong Address)[] Symbols { get; set; }

    internal IEnumerable<string>? Traceable { get; set; }

    internal void Write(string path, string text) => WriteBytes(path, System.Text.Encoding.ASCII.GetBytes(text));

    internal void Delete(string path) => File.Delete(Path.Combine(root.FullName, path));

    internal KernelSymbols Read()
    {
        string symbols = string.Concat(Symbols.Select(symbol => $"{symbol.Address:x16} t {symbol.Name}\n"));
        Write("proc/kallsyms", symbols + "ffffffffc0000000 t do_mmap\t[module]\n");
        if (Traceable is not null) Write("sys/kernel/tracing/available_filter_functions", string.Join('\n', [.. Traceable, ""]));
        return KernelSymbols.Read(root.FullName, new Tracefs(Path.Combine(root.FullName, "sys/kernel/tracing")));
    }

    internal ProbeSet Choose(bool switches = true) => ProbeSet.Choose(Read(), switches);

    public void Dispose() => root.Delete(recursive: true);

    private void WriteBytes(string path, byte[] bytes)
    {
        string file = Path.Combine(root.FullName, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllBytes(file, bytes);
    }

    /// <summary>An ELF file with the code at its address, behind a part that is not memory.</summary>
    private static byte[] Core(byte[] code)
    {
        byte[] file = new byte[64 + 2 * 56 + code.Length];
        ((ReadOnlySpan<byte>)[0x7F, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1]).CopyTo(file);
        BinaryPrimitives.WriteInt64LittleEndian(file.AsSpan(32), 64);
        BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(54), 56);
        BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(56), 2);
        file[64] = 4;
        Span<byte> load = file.AsSpan(64 + 56);
        load[0] = 1;
        BinaryPrimitives.WriteInt64LittleEndian(load[8..], file.Length - code.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(load[16..], UnmapOne);
        BinaryPrimitives.WriteInt64LittleEndian(load[32..], code.Length);
        code.CopyTo(file, file.Length - code.Length);
        return file;
    }

    private static byte[] Types()
    {
        RecordingBtfBlob blob = new();
        int number = blob.Integer("long");
        int context = blob.Members(RecordingBtfBlob.Struct, "", 8, ("tlb_gen", number, 0));
        blob.Members(
            RecordingBtfBlob.Struct,
            "mm_struct",
            64,
            ("context", context, 0x10 * 8),
            ("tlb_flush_pending", number, 0x18 * 8),
            ("cpu_bitmap", number, 0x20 * 8));
        blob.Members(RecordingBtfBlob.Struct, "vm_area_struct", 16, ("vm_mm", number, 0x8 * 8));
        blob.Members(RecordingBtfBlob.Struct, "vm_fault", 16, ("vma", number, 0), ("orig_pte", number, 0x8 * 8));
        blob.Members(RecordingBtfBlob.Struct, "folio", 128, ("flags", number, 0), ("_folio_order", number, 0x51 * 8));
        blob.Members(RecordingBtfBlob.Struct, "page", 64, ("flags", number, 0));
        blob.Members(RecordingBtfBlob.Struct, "arch_tlbflush_unmap_batch", 8, ("cpumask", number, 0));
        blob.Enumeration("pageflags", ("PG_locked", 0), ("PG_head", 16));
        return blob.ToArray();
    }
}
