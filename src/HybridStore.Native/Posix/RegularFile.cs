using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace HybridStore.Native.Posix;

/// <summary>
/// Opens files of bytes for reading, and nothing else: opening a named pipe would wait for a writer, and hear no signal meanwhile.
/// </summary>
public static partial class RegularFile
{
    private const int ErrorNotPermitted = 1;
    private const int ErrorNotFound = 2;
    private const int ErrorInterrupted = 4;
    private const int ErrorAccess = 13;
    private const int ReadSequentially = 2;

    /// <summary>
    /// O_RDONLY, O_NONBLOCK and O_CLOEXEC. Only the opening of a pipe or device heeds O_NONBLOCK; the bytes of a file are always there.
    /// </summary>
    private static readonly int Flags = OperatingSystem.IsMacOS() ? 0x4 | 0x1000000 : 0x800 | 0x80000;

    /// <summary>Opens a file, also through symbolic links.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    /// <exception cref="IOException">It is no regular file, or cannot be opened.</exception>
    public static SafeFileHandle Open(string path)
    {
        int descriptor;
        do descriptor = open(path, Flags);
        while (descriptor < 0 && Marshal.GetLastPInvokeError() == ErrorInterrupted);
        if (descriptor < 0) throw Failed(path, Marshal.GetLastPInvokeError());
        var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        if (FileStatus.Of(handle) is { Kind: not FileKind.Regular and var kind })
        {
            handle.Dispose();
            throw new IOException($"Expected a regular file, found {kind.ToText()}.");
        }

        if (OperatingSystem.IsLinux()) _ = posix_fadvise(handle, 0, 0, ReadSequentially);
        return handle;
    }

    /// <summary>Opens a file as a stream.</summary>
    /// <inheritdoc cref="Open"/>
    public static FileStream OpenStream(string path) => new(Open(path), FileAccess.Read);

    private static Exception Failed(string path, int error)
    {
        var words = $"{new Win32Exception(error).Message}.";
        return error switch
        {
            ErrorNotFound => new FileNotFoundException(words, path),
            ErrorAccess or ErrorNotPermitted => new UnauthorizedAccessException(words),
            _ => new IOException(words, error),
        };
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc")]
    private static partial int posix_fadvise(SafeFileHandle file, nint offset, nint length, int advice);
}
