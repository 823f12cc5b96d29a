using Iced.Intel;

namespace Harness.Host.Recording.Symbols;

/// <summary>
/// The instruction in a function at which a PTE that was just cleared joins its task's batch of flushes, for kernels whose compiler put
/// set_tlb_ubc_flush_pending into its callers. It is found by what the code does: a locked addition to the address space's TLB generation
/// (mm_struct.context.tlb_gen), or a call of set_tlb_ubc_flush_pending; the PTE is what the last exchange before it took from memory.
/// </summary>
/// <param name="Offset">Bytes from the function's start to the instruction.</param>
/// <param name="Pte">The register that holds the PTE there, as fetch arguments of probes name it: <c>r15</c>.</param>
/// <param name="Mm">The register that holds the address space.</param>
internal sealed record DeferredUnmapSite(int Offset, string Pte, string Mm)
{
    // Of the System V ABI for x86-64: what a called function may leave changed.
    private static readonly Register[] CallerSaved =
    [
        Register.RAX, Register.RCX, Register.RDX, Register.RSI, Register.RDI, Register.R8, Register.R9, Register.R10, Register.R11,
    ];

    /// <summary>Finds every such place.</summary>
    /// <param name="code">The function's bytes.</param>
    /// <param name="address">The address of the first.</param>
    /// <param name="generation">Offset of mm_struct.context.tlb_gen.</param>
    /// <param name="pending">Address of set_tlb_ubc_flush_pending where it is a function of its own, else 0.</param>
    public static IReadOnlyList<DeferredUnmapSite> Find(byte[] code, ulong address, int generation, ulong pending)
    {
        List<DeferredUnmapSite> sites = [];
        List<Register> holders = []; // registers that hold the PTE
        InstructionInfoFactory infos = new();
        Decoder decoder = Decoder.Create(64, new ByteArrayCodeReader(code), address);
        while (decoder.IP - address < (ulong)code.Length)
        {
            decoder.Decode(out Instruction instruction);
            bool calls = pending != 0 && instruction.FlowControl == FlowControl.Call && instruction.NearBranchTarget == pending;
            if (calls || AddsTo(instruction, generation))
            {
                Register mm = calls ? Register.RDI : instruction.MemoryBase;
                if (holders.Count > 0) sites.Add(new((int)(instruction.IP - address), Name(holders[0]), Name(mm)));
            }
            Follow(instruction, holders, infos);
        }
        return sites;
    }

    private static bool AddsTo(in Instruction instruction, int generation) =>
        instruction.HasLockPrefix
        && instruction.Mnemonic is Mnemonic.Xadd or Mnemonic.Inc or Mnemonic.Add
        && instruction.Op0Kind == OpKind.Memory && instruction.MemorySize.GetSize() == sizeof(ulong)
        && instruction.MemoryBase.IsGPR64() && instruction.MemoryBase != Register.RSP && instruction.MemoryIndex == Register.None
        && instruction.MemoryDisplacement64 == (ulong)generation;

    /// <summary>Where the PTE is after an instruction.</summary>
    private static void Follow(in Instruction instruction, List<Register> holders, InstructionInfoFactory infos)
    {
        if (instruction.Mnemonic == Mnemonic.Xchg && instruction.Op0Kind == OpKind.Memory && instruction.Op1Register.IsGPR64())
        {
            holders.Clear();
            holders.Add(instruction.Op1Register);
            return;
        }
        if (instruction.FlowControl is FlowControl.UnconditionalBranch or FlowControl.IndirectBranch or FlowControl.Return)
        {
            holders.Clear(); // what follows is reached from elsewhere
            return;
        }
        if (instruction.FlowControl is FlowControl.Call or FlowControl.IndirectCall) holders.RemoveAll(CallerSaved.Contains);

        bool copies = instruction.Mnemonic == Mnemonic.Mov && instruction.Op0Register.IsGPR64()
            && instruction.Op1Kind == OpKind.Register && holders.Contains(instruction.Op1Register);
        foreach (UsedRegister used in infos.GetInfo(instruction).GetUsedRegisters())
        {
            if (used.Access is OpAccess.Write or OpAccess.CondWrite or OpAccess.ReadWrite or OpAccess.ReadCondWrite)
            {
                holders.Remove(used.Register.GetFullRegister());
            }
        }
        if (copies) holders.Add(instruction.Op0Register);
    }

    /// <summary>As fetch arguments name it: without the first letter, but for the numbered ones.</summary>
    private static string Name(Register register)
    {
        string name = register.ToString().ToLowerInvariant();
        return char.IsAsciiDigit(name[1]) ? name : name[1..];
    }
}
