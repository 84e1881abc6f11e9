using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace HybridStore.Native.Posix;

/// <summary>An exclusive lock on a file that the system drops by itself when the process dies, however it dies.</summary>
/// <remarks>
/// flock(2): it belongs to the open file, so a second lock in the same process waits its turn too, and a child process does
/// not inherit it. Advisory: it keeps off only those who ask.
/// </remarks>
public sealed partial class FileLock : IDisposable
{
    private const int Exclusive = 2;
    private const int NonBlocking = 4;
    private const int Unlock = 8;
    private const int ReadWrite = 2;
    private const int NotFound = 2;
    private const int Exists = 17;

    private static readonly int CloseOnExec = OperatingSystem.IsMacOS() ? 0x1000000 : 0x80000;
    private static readonly int WouldBlock = OperatingSystem.IsMacOS() ? 35 : 11;

    private readonly SafeFileHandle _handle;

    private FileLock(SafeFileHandle handle) => _handle = handle;

    /// <summary>Takes the lock, unless another has it.</summary>
    /// <param name="path">The file, made when it is missing; its folder exists.</param>
    /// <returns>Null when it is taken, or when the file was removed at the same moment.</returns>
    /// <exception cref="IOException">The disk refused.</exception>
    public static FileLock? TryTake(string path)
    {
        // .NET locks what it opens in a way of its own, which would meet ours: so it only makes the file.
        if (!File.Exists(path)) Make(path);
        var descriptor = open(path, ReadWrite | CloseOnExec);
        if (descriptor < 0)
        {
            var error = Marshal.GetLastPInvokeError();
            return error == NotFound ? null : throw Failed("open", path, error);
        }

        var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        if (flock(handle, Exclusive | NonBlocking) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            handle.Dispose();
            return error == WouldBlock ? null : throw Failed("flock", path, error);
        }

        // Its former owner may have removed the file after we opened it, and another may have made a new one since: then the lock is on a file that
        // nobody else can see.
        if (IsStill(handle, path)) return new FileLock(handle);
        handle.Dispose();
        return null;
    }

    /// <summary>Gives the lock back; the file stays.</summary>
    public void Dispose()
    {
        // Closing is not enough: a process that is being started at this moment has a copy until it runs its program.
        if (!_handle.IsClosed) _ = flock(_handle, Unlock);
        _handle.Dispose();
    }

    private static bool IsStill(SafeFileHandle handle, string path) => FileStatus.Of(handle) is { } held
        ? FileStatus.Of(path) is { } named && (held.Device, held.Inode) == (named.Device, named.Inode)
        : File.Exists(path);

    private static void Make(string path)
    {
        try
        {
            File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.None).Dispose();
        }
        catch (IOException error) when (error.HResult == Exists || error.HResult == WouldBlock)
        {
            // Another made it at the same moment, or locked it before .NET could, and may even have removed it since: what is there now decides.
        }
    }

    private static IOException Failed(string operation, string path, int error) =>
        new($"{path}: {operation} failed: {new Win32Exception(error).Message}.", error);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int flock(SafeFileHandle descriptor, int operation);
}
