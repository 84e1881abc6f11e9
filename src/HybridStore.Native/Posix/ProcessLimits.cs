using System.Runtime.InteropServices;

namespace HybridStore.Native.Posix;

/// <summary>What the system allows this process.</summary>
public static unsafe partial class ProcessLimits
{
    private static readonly int OpenFilesResource = OperatingSystem.IsMacOS() ? 8 : 7;

    /// <summary>How many files it may have open at a time; null when the system does not say.</summary>
    /// <remarks>The soft limit, which .NET raises to the hard one at its start. Source: getrlimit(2).</remarks>
    public static ulong? OpenFilesMax
    {
        get
        {
            var limits = stackalloc ulong[2];
            return getrlimit(OpenFilesResource, limits) == 0 ? limits[0] : null;
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int getrlimit(int resource, ulong* limits);
}
