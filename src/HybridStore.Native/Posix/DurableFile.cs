using System.ComponentModel;
using System.Runtime.InteropServices;

namespace HybridStore.Native.Posix;

/// <summary>File operations that survive a power cut once they return, and that mean the same to every process.</summary>
/// <remarks>Thread-safe. Linux and macOS; each failure is an <see cref="IOException"/> with the path and the system's words.</remarks>
public static partial class DurableFile
{
    private const int ReadOnly = 0;
    private const int ErrorNotPermitted = 1;
    private const int ErrorExists = 17;
    private const int ErrorTwoFileSystems = 18;
    private const int ErrorInvalid = 22;
    private const int ErrorTooManyLinks = 31;
    private const int CurrentFolder = -100;
    private const uint RenameNoReplace = 1;
    private const uint RenameExclusive = 4;
    private const int SyncToDrive = 51;

    private static readonly int NoSuchCall = OperatingSystem.IsMacOS() ? 78 : 38;
    private static readonly int NotSupported = OperatingSystem.IsMacOS() ? 45 : 95;

    /// <summary>Puts a file's bytes on the disk.</summary>
    /// <param name="path">An existing file.</param>
    /// <exception cref="IOException">The disk refused.</exception>
    public static void SyncFile(string path) => Sync(path);

    /// <summary>Puts a folder's list of names on the disk: needed after a file in it was made, renamed or removed.</summary>
    /// <param name="path">An existing folder.</param>
    /// <exception cref="IOException">The disk refused.</exception>
    public static void SyncFolder(string path) => Sync(path);

    /// <summary>Gives a file a second name, unless that name is taken. Not durable until the name's folder is synced.</summary>
    /// <param name="source">A file; it keeps its own name too.</param>
    /// <param name="target">The name to take, on the same file system.</param>
    /// <returns>False when the name is taken; then nothing changed.</returns>
    /// <exception cref="IOException">The disk refused; <see cref="LacksLinks"/> tells whether it has no hard links at all.</exception>
    /// <remarks>link(2), which is atomic and never replaces; <c>File.Move(overwrite: false)</c> checks first and renames after.</remarks>
    public static bool TryLink(string source, string target)
    {
        if (link(source, target) == 0) return true;
        var error = Marshal.GetLastPInvokeError();
        return error == ErrorExists ? false : throw Failed("link", target, error);
    }

    /// <summary>Renames a file, unless the name is taken. Not durable until its folders are synced.</summary>
    /// <param name="source">A file.</param>
    /// <param name="target">The name to take, on the same file system.</param>
    /// <returns>False when the name is taken; then nothing changed.</returns>
    /// <exception cref="IOException">The disk refused; <see cref="LacksOperation"/> tells whether this file system cannot do it.</exception>
    /// <remarks>Atomic: renameat2(2) with RENAME_NOREPLACE, on macOS renamex_np(2) with RENAME_EXCL.</remarks>
    public static bool TryRename(string source, string target)
    {
        var result = OperatingSystem.IsMacOS()
            ? renamex_np(source, target, RenameExclusive)
            : renameat2(CurrentFolder, source, CurrentFolder, target, RenameNoReplace);
        if (result == 0) return true;
        var error = Marshal.GetLastPInvokeError();
        return error == ErrorExists ? false : throw Failed("rename to", target, error);
    }

    /// <summary>Whether a failed link says that the file system has no hard links, or no more of them for this file, or that the names are on two file systems.</summary>
    /// <param name="error">From <see cref="TryLink"/>.</param>
    public static bool LacksLinks(IOException error) => error.HResult is ErrorNotPermitted or ErrorTwoFileSystems or ErrorTooManyLinks || LacksOperation(error);

    /// <summary>Whether a failure says that the file system does not know the operation.</summary>
    /// <param name="error">From <see cref="TryLink"/> or <see cref="TryRename"/>.</param>
    public static bool LacksOperation(IOException error) =>
        error.HResult is ErrorInvalid || error.HResult == NoSuchCall || error.HResult == NotSupported;

    /// <summary>Renames a file or folder, replacing what has the name. Not durable until its folders are synced.</summary>
    /// <param name="source">An existing path.</param>
    /// <param name="target">On the same file system.</param>
    /// <exception cref="IOException">The disk refused.</exception>
    public static void Rename(string source, string target)
    {
        if (rename(source, target) != 0) throw Failed("rename to", target, Marshal.GetLastPInvokeError());
    }

    /// <summary>Puts all bytes and names of a file system on the disk: far cheaper than one call each for thousands of files, dearer than one for a few.</summary>
    /// <param name="path">An existing file or folder of it.</param>
    /// <exception cref="IOException">The disk refused, for whichever file of it.</exception>
    /// <exception cref="PlatformNotSupportedException">Only Linux has this.</exception>
    /// <remarks>syncfs(2), which reports errors from Linux 5.8 on.</remarks>
    public static void SyncFileSystem(string path)
    {
        if (!OperatingSystem.IsLinux()) throw new PlatformNotSupportedException("syncfs(2) is Linux's.");
        Sync(path, syncfs, "syncfs");
    }

    private static void Sync(string path) => Sync(path, OperatingSystem.IsMacOS() ? SyncDrive : fsync, "fsync");

    /// <summary>Syncs on macOS, whose fsync(2) leaves the bytes in the drive's cache, where a power cut takes them.</summary>
    /// <remarks>
    /// File systems without F_FULLFSYNC get fsync(2). Not run by the tests, which run on Linux. Source: fsync(2) and fcntl(2) of macOS.
    /// </remarks>
    private static int SyncDrive(int descriptor) => fcntl(descriptor, SyncToDrive) == 0 ? 0 : fsync(descriptor);

    private static void Sync(string path, Func<int, int> sync, string name)
    {
        var descriptor = open(path, ReadOnly);
        if (descriptor < 0) throw Failed("open", path, Marshal.GetLastPInvokeError());
        try
        {
            if (sync(descriptor) != 0) throw Failed(name, path, Marshal.GetLastPInvokeError());
        }
        finally
        {
            _ = close(descriptor);
        }
    }

    private static IOException Failed(string operation, string path, int error) =>
        new($"{path}: {operation} failed: {new Win32Exception(error).Message}.", error);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int close(int descriptor);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fsync(int descriptor);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fcntl(int descriptor, int command);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int syncfs(int descriptor);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int link(string source, string target);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int rename(string source, string target);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int renameat2(int sourceFolder, string source, int targetFolder, string target, uint flags);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int renamex_np(string source, string target, uint flags);
}
