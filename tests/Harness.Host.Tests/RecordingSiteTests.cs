using Harness.Host.Recording.Symbols;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace Harness.Host.Tests;

/// <summary>Is the place where an unmap joins its batch found by what the code does, and none where the PTE is gone?</summary>
public sealed class RecordingSiteTests
{
    private const int Generation = 0x308;
    private const ulong Start = 0xffffffff81200000;
    private const ulong Outlined = 0xffffffff81100000;

    [Fact]
    public void The_pte_is_what_the_last_exchange_took_from_memory()
    {
        Assert.Equal([new DeferredUnmapSite(17, "r15", "r12")], Find(code =>
        {
            code.xchg(__qword_ptr[rdx], rbx); // another exchange before it
            code.xor(r15d, r15d);
            code.xchg(__qword_ptr[rax], r15);
            code.mov(eax, r15d);
            code.and(eax, 0x40);
            code.@lock.xadd(__qword_ptr[r12 + Generation], rax);
        }));
    }

    [Fact]
    public void It_is_followed_from_register_to_register_and_across_a_call()
    {
        Assert.Equal(["bx"], Find(code =>
        {
            code.xchg(__qword_ptr[rdx], rax);
            code.mov(rbx, rax);
            code.mov(rcx, rax);
            code.call(Outlined + 64);
            code.@lock.inc(__qword_ptr[rbp + Generation]);
        }).Select(site => site.Pte));
    }

    [Fact]
    public void A_call_of_the_function_is_a_place_too()
    {
        DeferredUnmapSite site = Assert.Single(Find(code =>
        {
            code.xchg(__qword_ptr[rax], r14);
            code.mov(rdi, r13);
            code.call(Outlined);
        }));
        Assert.Equal(("r14", "di"), (site.Pte, site.Mm));
    }

    public static TheoryData<string, Action<Assembler>> None => new()
    {
        { "no exchange", code => code.@lock.xadd(__qword_ptr[r12 + Generation], rax) },
        {
            "overwritten", code =>
            {
                code.xchg(__qword_ptr[rax], r15);
                code.mov(r15d, 1);
                code.@lock.xadd(__qword_ptr[r12 + Generation], rax);
            }
        },
        {
            "lost in a call", code =>
            {
                code.xchg(__qword_ptr[rdx], rax);
                code.call(Outlined + 64);
                code.@lock.xadd(__qword_ptr[r12 + Generation], rdx);
            }
        },
        {
            "reached from elsewhere", code =>
            {
                code.xchg(__qword_ptr[rdx], r15);
                code.jmp(Start);
                code.@lock.xadd(__qword_ptr[r12 + Generation], rdx);
            }
        },
        {
            "another member", code =>
            {
                code.xchg(__qword_ptr[rdx], r15);
                code.@lock.xadd(__qword_ptr[r12 + Generation + 8], rdx);
                code.@lock.xadd(__qword_ptr[r12 + rcx + Generation], rdx);
                code.@lock.xadd(__dword_ptr[r12 + Generation], edx);
                code.xadd(__qword_ptr[r12 + Generation], rdx);
            }
        },
    };

    [Theory, MemberData(nameof(None))]
    public void There_is_none_where_the_pte_is_not_at_hand(string why, Action<Assembler> write) => Assert.True(Find(write).Count == 0, why);

    [Fact]
    public void Bytes_that_are_no_code_give_none()
    {
        byte[] bytes = new byte[4096];
        new Random(1).NextBytes(bytes);
        Assert.Empty(DeferredUnmapSite.Find(bytes, Start, Generation, Outlined));
    }

    internal static byte[] Assemble(Action<Assembler> write, ulong start = Start)
    {
        Assembler assembler = new(64);
        write(assembler);
        using MemoryStream code = new();
        assembler.Assemble(new StreamCodeWriter(code), start);
        return code.ToArray();
    }

    private static IReadOnlyList<DeferredUnmapSite> Find(Action<Assembler> write) =>
        DeferredUnmapSite.Find(Assemble(write), Start, Generation, Outlined);
}
