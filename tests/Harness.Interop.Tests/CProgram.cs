using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using Mono.Unix.Native;

namespace Harness.Interop.Tests;

/// <summary>
/// A C program made from what the C# layer believes: a static assertion for each constant, each struct's size and each field's offset, and
/// for bit-fields, which C cannot compare at compile time, a check when it runs.
/// </summary>
internal static class CProgram
{
    private const BindingFlags Everything = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    public const string Includes = """
        #define _GNU_SOURCE
        #include <errno.h>
        #include <fcntl.h>
        #include <linux/mempolicy.h>
        #include <linux/perf_event.h>
        #include <stddef.h>
        #include <stdio.h>
        #include <string.h>
        #include <sys/file.h>
        #include <sys/ioctl.h>
        #include <sys/mman.h>
        #include <sys/resource.h>
        #include <sys/timerfd.h>
        #include <time.h>
        #include <unistd.h>
        #include "harness_native.h"

        """;

    public static IReadOnlyList<FieldInfo> Constants { get; } =
        [.. typeof(libc).GetFields(Everything | BindingFlags.Static).Where(field => field.IsLiteral)];

    public static IReadOnlyList<Type> Structs { get; } = [.. typeof(libc).GetNestedTypes(Everything).Where(type => type.IsValueType)];

    /// <summary>The bits that a struct declares as constants, each named as its C bit-field.</summary>
    public static IReadOnlyList<FieldInfo> Bits(Type type) =>
        [.. type.GetFields(Everything | BindingFlags.Static).Where(field => field.IsLiteral)];

    public static string Text()
    {
        StringBuilder c = new(Includes);
        foreach (FieldInfo constant in Constants) c.AppendLine(Assertion($"(unsigned long long)({constant.Name})", Value(constant)));
        foreach (string name in Enum.GetNames<Errno>())
        {
            // Mono.Posix numbers them for Linux, and names some that Linux has not
            c.AppendLine($"#ifdef {name}").AppendLine(Assertion(name, $"{(int)Enum.Parse<Errno>(name)}")).AppendLine("#endif");
        }
        foreach (Type type in Structs)
        {
            // the kernel lets this one grow; a program says with attr.size how much of it it knows
            string size = type == typeof(libc.perf_event_attr) ? "PERF_ATTR_SIZE_VER7" : $"sizeof(struct {type.Name})";
            c.AppendLine(Assertion(size, Marshal.SizeOf(type).ToString(CultureInfo.InvariantCulture)));
            bool bitField = Bits(type).Count > 0;
            foreach (FieldInfo field in type.GetFields(Everything | BindingFlags.Instance))
            {
                if (bitField && field.Name == "flags") continue;
                c.AppendLine(Assertion($"offsetof(struct {type.Name}, {field.Name})", Marshal.OffsetOf(type, field.Name).ToString()));
                c.AppendLine(Assertion($"sizeof(((struct {type.Name} *)0)->{field.Name})", SizeOf(field.FieldType)));
            }
        }
        return c.AppendLine(BitCheck()).ToString();
    }

    private static string BitCheck()
    {
        StringBuilder c = new("int main(void)\n{\n\tint wrong = 0;\n\tunsigned long long word;\n");
        foreach (Type type in Structs)
        {
            foreach (FieldInfo bit in Bits(type))
            {
                c.Append(CultureInfo.InvariantCulture, $$"""
                    {
                        struct {{type.Name}} value = { .{{bit.Name}} = 1 };
                        memcpy(&word, (char *)&value + {{Marshal.OffsetOf(type, "flags")}}, sizeof(word));
                        if (word != {{Value(bit)}})
                            wrong += printf("{{type.Name}}.{{bit.Name}} is bit 0x%llx, not {{Value(bit)}}\n", word);
                    }

                    """);
            }
        }
        return c.Append("\treturn wrong != 0;\n}").ToString();
    }

    private static string Assertion(string expression, string value) =>
        $"_Static_assert({expression} == {value}, \"{expression} is not {value}\");";

    private static string Value(FieldInfo constant) => string.Create(CultureInfo.InvariantCulture, $"{constant.GetRawConstantValue()}ULL");

    private static string SizeOf(Type type) => (type.IsPointer ? nint.Size : Marshal.SizeOf(type)).ToString(CultureInfo.InvariantCulture);
}
