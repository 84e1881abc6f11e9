using HybridStore.Native.Posix;

namespace HybridStore.Ingest;

/// <summary>
/// What tells whether a file was changed since it was last looked at: of the file that is read, whatever links lead to it.
/// </summary>
/// <param name="SizeBytes">Its size.</param>
/// <param name="Modified">When it was last written.</param>
internal readonly record struct FileStamp(long SizeBytes, DateTime Modified)
{
    /// <summary>The file system that it lies on; 0 where the system does not tell.</summary>
    internal ulong Device { get; init; }

    /// <summary>Its number there: a file that takes another's name has another.</summary>
    internal ulong Inode { get; init; }

    /// <summary>A file's stamp.</summary>
    /// <param name="path">Any path.</param>
    /// <returns>Null when it leads to no regular file.</returns>
    internal static FileStamp? Of(string path)
    {
        if (OperatingSystem.IsLinux())
        {
            return FileStatus.Of(path) is { Kind: FileKind.Regular } status
                ? new FileStamp(status.SizeBytes, status.Modified) { Device = status.Device, Inode = status.Inode }
                : null;
        }

        // FileInfo looks at a link itself, not at what it leads to.
        var info = new FileInfo(path);
        var file = info.LinkTarget is null ? info : info.ResolveLinkTarget(returnFinalTarget: true) as FileInfo;
        return file is { Exists: true } ? new FileStamp(file.Length, file.LastWriteTimeUtc) : null;
    }
}
