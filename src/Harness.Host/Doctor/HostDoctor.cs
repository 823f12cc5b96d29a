using Harness.Host.Proc;
using Harness.Records;

namespace Harness.Host.Doctor;

/// <summary>Looks at everything a run needs from a host. It reads files and opens nothing for writing; it changes nothing.</summary>
public static class HostDoctor
{
    /// <summary>Examines the running host.</summary>
    /// <param name="others">Findings on knobs and perf events, made by those who handle them.</param>
    /// <exception cref="HostCannotException">/proc or /sys is not mounted.</exception>
    public static DoctorReport Examine(IReadOnlyList<Finding> others) => Examine("/", others);

    /// <summary>Examines the host whose <c>proc</c> and <c>sys</c> lie below a folder.</summary>
    /// <param name="root"><c>/</c> for the running host; another folder for a saved one, of which user and PATH are unknown.</param>
    /// <param name="others">Findings on knobs and perf events.</param>
    /// <exception cref="HostCannotException">The kernel release or the list of online CPUs cannot be read.</exception>
    public static DoctorReport Examine(string root, IReadOnlyList<Finding> others)
    {
        var tree = new HostTree(root);
        HostDescription host = ThisHost.Describe(tree);
        return new DoctorReport
        {
            Host = host,
            Findings =
            [
                .. MachineFindings.Of(tree, host),
                .. MemoryFindings.Of(tree, host),
                .. TierFindings.Of(tree, host),
                .. CounterFindings.Of(tree, host),
                .. others,
                .. GuestFindings.Of(tree),
            ],
        };
    }
}
