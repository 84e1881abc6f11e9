using System.ComponentModel;
using System.Runtime.InteropServices;

namespace HybridStore.Native.Posix;

/// <summary>File operations that survive a power cut once they return, and that mean the same to every process.</summary>
/// <remarks>Thread-safe. Linux and macOS; each failure is an <see cref="IOException"/> with the path and the system's words.</remarks>
public static partial class DurableFile
{
    private const int ReadOnly = 0;
    private const int ErrorExists = 17;

    /// <summary>Puts a file's bytes on the disk.</summary>
    /// <param name="path">An existing file.</param>
    /// <exception cref="IOException">The disk refused.</exception>
    public static void SyncFile(string path) => Sync(path);

    /// <summary>Puts a folder's list of names on the disk: needed after a file in it was made, renamed or removed.</summary>
    /// <param name="path">An existing folder.</param>
    /// <exception cref="IOException">The disk refused.</exception>
    public static void SyncFolder(string path) => Sync(path);

    /// <summary>Gives a complete file its final name, unless that name is taken.</summary>
    /// <param name="source">A file whose bytes are on the disk; it keeps its own name too.</param>
    /// <param name="target">The name to take, on the same file system.</param>
    /// <returns>False when the name is taken; then nothing changed.</returns>
    /// <exception cref="IOException">The disk refused.</exception>
    /// <remarks>link(2), which is atomic and never replaces; <c>File.Move(overwrite: false)</c> checks first and renames after.</remarks>
    public static bool TryPublish(string source, string target)
    {
        if (!TryLink(source, target)) return false;
        SyncFolder(Path.GetDirectoryName(target)!);
        return true;
    }

    /// <summary>Gives a file a second name, unless that name is taken. Not durable until the name's folder is synced.</summary>
    /// <inheritdoc cref="TryPublish"/>
    public static bool TryLink(string source, string target)
    {
        if (link(source, target) == 0) return true;
        var error = Marshal.GetLastPInvokeError();
        return error == ErrorExists ? false : throw Failed("link", target, error);
    }

    /// <summary>Renames a file or folder, replacing what has the name. Not durable until its folders are synced.</summary>
    /// <param name="source">An existing path.</param>
    /// <param name="target">On the same file system.</param>
    /// <exception cref="IOException">The disk refused.</exception>
    public static void Rename(string source, string target)
    {
        if (rename(source, target) != 0) throw Failed("rename to", target, Marshal.GetLastPInvokeError());
    }

    private static void Sync(string path)
    {
        var descriptor = open(path, ReadOnly);
        if (descriptor < 0) throw Failed("open", path, Marshal.GetLastPInvokeError());
        try
        {
            if (fsync(descriptor) != 0) throw Failed("fsync", path, Marshal.GetLastPInvokeError());
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

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int link(string source, string target);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int rename(string source, string target);
}
