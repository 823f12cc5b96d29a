using System.Text;
using Harness.Host.Proc;

namespace Harness.Host.Tests;

/// <summary>vmstat, numastat, meminfo, lists, distances, tiers, cpuinfo, kernel versions.</summary>
public sealed class ValueFileTests
{
    [Theory]
    [InlineData("vm-6.12", "/proc/vmstat", "nr_free_pages", 235556UL)]
    [InlineData("vm-6.12", "/proc/vmstat", "pgfault", 725UL)]
    [InlineData("vm-6.12", "/sys/devices/system/node/node1/vmstat", "nr_free_pages", 114799UL)]
    [InlineData("vm-6.12", "/sys/devices/system/node/node1/numastat", "other_node", 1248UL)]
    [InlineData("vm-6.1", "/sys/devices/system/node/node0/vmstat", "numa_local", 7173UL)]
    [InlineData("this", "/proc/vmstat", "unevictable_pgs_munlocked", 25335UL)]
    public void Values_of_real_files_are_exact(string host, string path, string name, ulong expected)
    {
        byte[] text = Saved.Bytes(host, path);
        Dictionary<string, ulong> values = All(text, out int malformed);

        Assert.Equal(expected, values[name]);
        Assert.Equal(0, malformed);
        Assert.Equal(text.Count(b => b == '\n'), values.Count);
    }

    [Theory]
    [InlineData("pgfault 12", "cut off: 12 may be the start of 1234")]
    [InlineData("pgfault\n", "no value")]
    [InlineData("pgfault 1 2\n", "two values")]
    [InlineData("pgfault -1\n", "negative")]
    [InlineData("pgfault 18446744073709551616\n", "2^64")]
    [InlineData("pg\0fault 1\n", "a NUL byte")]
    [InlineData("pgfault 0x10\n", "no decimal number")]
    [InlineData("\n", "an empty line")]
    public void A_damaged_line_is_counted_and_gives_no_number(string line, string damage)
    {
        Dictionary<string, ulong> values = All(Encoding.ASCII.GetBytes("nr_dirty 3\n" + line), out int malformed);

        Assert.True(malformed == 1, damage);
        Assert.Equal(["nr_dirty"], values.Keys);
    }

    [Theory]
    [InlineData("vm-6.12", "/proc/meminfo")]
    [InlineData("vm-6.12", "/sys/devices/system/node/node1/meminfo")]
    [InlineData("this", "/proc/meminfo")]
    public void Every_line_of_a_real_meminfo_is_read(string host, string path)
    {
        byte[] text = Saved.Bytes(host, path);
        var rows = new MeminfoRows(text);
        int count = 0;
        while (rows.MoveNext()) count++;

        Assert.Equal(text.Count(b => b == '\n'), count);
        Assert.Equal(0, rows.Malformed);
    }

    [Fact]
    public void Meminfo_of_a_node_and_of_the_machine_give_KiB_and_bare_counts_do_not()
    {
        Assert.True(MeminfoRows.TryFindKiB(Saved.Bytes("vm-6.12", "/sys/devices/system/node/node1/meminfo"), "MemTotal"u8, out long node));
        Assert.Equal(477064, node);
        Assert.True(MeminfoRows.TryFindKiB(Saved.Bytes("this", "/proc/meminfo"), "MemTotal"u8, out long machine));
        Assert.Equal(24684092, machine);
        Assert.False(MeminfoRows.TryFindKiB(Saved.Bytes("this", "/proc/meminfo"), "HugePages_Total"u8, out _));
    }

    [Theory]
    [InlineData("MemTotal: 12 kB")]
    [InlineData("MemTotal: 12 MB\n")]
    [InlineData("MemTotal 12 kB\n")]
    [InlineData("Node x MemTotal: 12 kB\n")]
    [InlineData("MemTotal: 99999999999999999999 kB\n")]
    [InlineData("MemTotal: 9223372036854775808 kB\n")]
    public void A_damaged_meminfo_gives_no_size(string text) =>
        Assert.False(MeminfoRows.TryFindKiB(Encoding.ASCII.GetBytes(text), "MemTotal"u8, out _));

    [Theory]
    [InlineData("", "")]
    [InlineData("0", "0")]
    [InlineData("0-3,8", "0,1,2,3,8")]
    [InlineData("0,2,4-5,8191", "0,2,4,5,8191")]
    public void A_list_is_read(string text, string ids)
    {
        Assert.Equal(ids, string.Join(',', IdList.FromFile(Encoding.ASCII.GetBytes(text + "\n"))!));
    }

    [Theory]
    [InlineData("0-3")]
    [InlineData("3-0\n")]
    [InlineData("1,1\n")]
    [InlineData("4,0-3\n")]
    [InlineData("0-3,\n")]
    [InlineData(",0\n")]
    [InlineData("-\n")]
    [InlineData("0-4294967295\n")]
    [InlineData("0-8192\n")]
    [InlineData("18446744073709551616\n")]
    [InlineData("0-3:1/2\n")]
    [InlineData("0\0\n")]
    [InlineData("")]
    public void What_is_no_list_of_the_kernel_is_refused(string text) => Assert.Null(IdList.FromFile(Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void A_list_longer_than_the_buffer_is_refused() => Assert.False(IdList.TryParse("0-3"u8, new int[3], out _));

    [Theory]
    [InlineData("10 20", true)]
    [InlineData("10", true)]
    [InlineData("10 20 30", false)]
    [InlineData("10 256", false)]
    [InlineData("10 x", false)]
    [InlineData("", false)]
    public void Distances_are_bytes_and_fit_the_nodes(string text, bool valid) =>
        Assert.Equal(valid, Distances.TryParse(Encoding.ASCII.GetBytes(text), new int[2], out _));

    [Theory]
    [InlineData("memory_tier45", 45)]
    [InlineData("memory_tier", null)]
    [InlineData("memory_tier-1", null)]
    [InlineData("memory_tier99999999999", null)]
    [InlineData("power", null)]
    public void A_tiers_number_is_in_its_folders_name(string name, int? number) =>
        Assert.Equal(number, MemoryTiers.TryNumber(name, out int tier) ? tier : null);

    [Fact]
    public void The_first_processor_tells_model_microcode_and_flags()
    {
        var cpu = new CpuInfo(Saved.Bytes("vm-6.12", "/proc/cpuinfo"));

        Assert.Equal("QEMU TCG CPU version 2.5+", ByteText.ToText(cpu.ModelName));
        Assert.Equal("0x1000065", ByteText.ToText(cpu.Microcode));
        Assert.True(cpu.Has("hypervisor"u8));
        Assert.False(cpu.Has("hyper"u8));
        Assert.False(cpu.Has("vmx"u8));
    }

    [Theory]
    [InlineData("6.12.117+deb12-cloud-amd64", 6, 12)]
    [InlineData("6.1.0-56-cloud-amd64", 6, 1)]
    [InlineData("7.0", 7, 0)]
    [InlineData("6", 0, 0)]
    [InlineData("", 0, 0)]
    [InlineData("99999999999.1", 0, 0)]
    [InlineData("next-20260101", 0, 0)]
    public void A_kernels_version_is_the_start_of_its_release(string release, int major, int minor) =>
        Assert.Equal(new KernelVersion(major, minor), KernelVersion.Parse(release));

    [Fact]
    public void Versions_are_compared_as_numbers()
    {
        Assert.True(KernelVersion.Parse("6.12.1").IsAtLeast(6, 7));
        Assert.False(KernelVersion.Parse("6.1.1").IsAtLeast(6, 7));
        Assert.True(KernelVersion.Parse("7.0.1").IsAtLeast(6, 7));
    }

    // What do the reports call each value? One name of every kind, after the kernel's own use of it.
    [Theory]
    [InlineData("nr_free_pages", "pages", true)]
    [InlineData("nr_dirtied", "pages", false)]
    [InlineData("nr_kernel_stack", "KiB", true)]
    [InlineData("nr_anon_transparent_hugepages", "folios", true)]
    [InlineData("nr_tlb_remote_flush", "events", false)]
    [InlineData("pgmigrate_success", "pages", false)]
    [InlineData("pgdemote_kswapd", "pages", false)]
    [InlineData("pgscan_direct_throttle", "events", false)]
    [InlineData("pgpgin", "KiB", false)]
    [InlineData("pgfault", "faults", false)]
    [InlineData("numa_hint_faults_local", "faults", false)]
    [InlineData("numa_pte_updates", "PTEs", false)]
    [InlineData("numa_hit", "events", false)]
    [InlineData("workingset_nodes", "events", true)]
    [InlineData("workingset_refault_file", "pages", false)]
    [InlineData("thp_migration_success", "folios", false)]
    [InlineData("allocstall_normal", "events", false)]
    public void Every_kind_of_value_has_its_unit(string name, string unit, bool gauge) => Assert.Equal(new VmstatItem(unit, gauge), VmstatItem.Of(name));

    [Fact]
    public void Parsers_of_values_allocate_nothing()
    {
        byte[] vmstat = Saved.Bytes("vm-6.12", "/proc/vmstat");
        byte[] meminfo = Saved.Bytes("vm-6.12", "/proc/meminfo");
        byte[] cpuinfo = Saved.Bytes("vm-6.12", "/proc/cpuinfo");
        int[] ids = new int[16];
        bool all = Read();

        long before = GC.GetAllocatedBytesForCurrentThread();
        all &= Read();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(all);

        bool Read()
        {
            var rows = new NameValueRows(vmstat);
            int count = 0;
            while (rows.MoveNext()) count++;
            return count > 0
                && MeminfoRows.TryFindKiB(meminfo, "DirectMap2M"u8, out _)
                && new CpuInfo(cpuinfo).Has("hypervisor"u8)
                && IdList.TryParse("0-3,8"u8, ids, out _)
                && Distances.TryParse("10 20"u8, ids, out _);
        }
    }

    private static Dictionary<string, ulong> All(byte[] text, out int malformed)
    {
        var values = new Dictionary<string, ulong>();
        var rows = new NameValueRows(text);
        while (rows.MoveNext()) values.Add(ByteText.ToText(rows.Name), rows.Value);
        malformed = rows.Malformed;
        return values;
    }
}
