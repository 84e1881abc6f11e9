using System.Runtime.InteropServices;

namespace HybridStore.Native.Posix;

/// <summary>The descriptors 0, 1 and 2, which a caller may have closed (<c>2&gt;&amp;-</c>).</summary>
/// <remarks>
/// The system gives the lowest free number to what is opened next: of a closed descriptor 2, that is a file of the .NET runtime or of the
/// store, and an error message would be written into it.
/// </remarks>
public static partial class StandardDescriptors
{
    private const int GetFlags = 1;
    private const int CloseOnExec = 1;
    private const int ReadWrite = 2;

    /// <summary>Finds out which ones the caller left open, and puts <c>/dev/null</c> where nothing is.</summary>
    /// <returns>Whether input, output and error were open when the process began.</returns>
    /// <remarks>
    /// Call it first. A descriptor that came through exec(2) does not have FD_CLOEXEC, and all that the runtime opens has. Source: fcntl(2).
    /// </remarks>
    public static (bool Input, bool Output, bool Error) Reserve() => (Reserve(0), Reserve(1), Reserve(2));

    private static bool Reserve(int descriptor)
    {
        var flags = fcntl(descriptor, GetFlags);
        if (flags < 0) _ = open("/dev/null", ReadWrite);
        return flags >= 0 && (flags & CloseOnExec) == 0;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fcntl(int descriptor, int command);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);
}
