using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace HybridStore.Native.Posix;

/// <summary>A file of lines to which several processes append, and which is renamed and begun again when it is long.</summary>
/// <param name="path">The file; its folder exists. Older files have a number before the ending: <c>a.ndjson</c>, <c>a.1.ndjson</c>.</param>
/// <param name="bytesMax">A longer file becomes number 1.</param>
/// <param name="filesMax">How many files are kept, the current one among them.</param>
/// <param name="mode">Who may do what with a file, less the process' umask.</param>
/// <remarks>
/// Safe for several threads and processes, on a local file system: each line is one write(2) to a file opened with O_APPEND, which puts it at
/// the end wherever that is by then. <c>FileMode.Append</c> seeks to the end when the file is opened, and overwrites what others appended since.
/// A line that is written while the file is renamed stands in the renamed file.
/// </remarks>
public sealed partial class LineFile(string path, long bytesMax, int filesMax, UnixFileMode mode)
{
    private const int ErrorNotFound = 2;
    private const int ErrorInterrupted = 4;
    private const int ErrorExists = 17;
    private const int WriteOnly = 1;

    /// <summary>Each attempt but the last finds that another process renamed the file that the one before made.</summary>
    private const int AttemptsMax = 16;

    /// <summary>O_APPEND, O_NONBLOCK (a named pipe without a reader is refused rather than waited for) and O_CLOEXEC.</summary>
    private static readonly int Flags = WriteOnly | (OperatingSystem.IsMacOS() ? 0x8 | 0x4 | 0x1000000 : 0x400 | 0x800 | 0x80000);

    /// <summary>The files that there are, the oldest first.</summary>
    public IEnumerable<string> Paths => Enumerable.Range(0, filesMax).Reverse().Select(Numbered).Where(File.Exists);

    /// <summary>Appends a line.</summary>
    /// <param name="line">With its line break.</param>
    /// <exception cref="IOException">The disk refused, and the line is not there, or only its beginning.</exception>
    /// <exception cref="UnauthorizedAccessException">The file cannot be made.</exception>
    public void Append(ReadOnlySpan<byte> line)
    {
        if (IsLong()) Rotate();
        using var file = Open();
        nint count;
        do count = write(file, line, line.Length);
        while (count < 0 && Marshal.GetLastPInvokeError() == ErrorInterrupted);
        if (count < 0) throw Failed("write");
        if (count < line.Length) throw new IOException($"{path}: expected to write {line.Length} bytes, wrote {count}.");
    }

    private bool IsLong() => new FileInfo(path) is { Exists: true } file && file.Length > bytesMax;

    private void Rotate()
    {
        // Whoever finds it locked goes on with the long file: the one that has the lock renames it.
        using var turn = FileLock.TryTake(Path.Combine(Path.GetDirectoryName(path)!, ".lock"));
        if (turn is null || !IsLong()) return;
        for (var number = filesMax - 1; number > 0; number--)
        {
            if (File.Exists(Numbered(number - 1))) DurableFile.Rename(Numbered(number - 1), Numbered(number));
        }
    }

    private SafeFileHandle Open()
    {
        for (var attempt = 1; ; attempt++)
        {
            var descriptor = open(path, Flags);
            if (descriptor >= 0) return new SafeFileHandle(descriptor, ownsHandle: true);
            if (Marshal.GetLastPInvokeError() != ErrorNotFound || attempt == AttemptsMax) throw Failed("open");
            Make();
        }
    }

    /// <remarks>By .NET: open(2) takes the mode as a variadic argument, which Apple's arm64 passes in another way than .NET.</remarks>
    private void Make()
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = mode;
        try
        {
            new FileStream(path, options).Dispose();
        }
        catch (IOException error) when (error.HResult == ErrorExists)
        {
            // Another process made it at the same moment.
        }
    }

    private string Numbered(int number) => number == 0 ? path : Path.ChangeExtension(path, null) + $".{number}{Path.GetExtension(path)}";

    private IOException Failed(string operation)
    {
        var error = Marshal.GetLastPInvokeError();
        return new IOException($"{path}: {operation} failed: {new Win32Exception(error).Message}.", error);
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint write(SafeFileHandle file, ReadOnlySpan<byte> bytes, nint count);
}
