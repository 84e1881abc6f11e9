using System.Runtime.InteropServices;

namespace HybridStore.Native.Posix;

/// <summary>Who owns a file or folder, and which one it is whatever path led to it.</summary>
/// <param name="UserId">The owner.</param>
/// <param name="Device">The file system; with <paramref name="Inode"/> the same for two paths of one file.</param>
/// <param name="Inode">The file's number in it.</param>
public readonly partial record struct FileStatus(uint UserId, ulong Device, ulong Inode)
{
    private const int CurrentFolder = -100;
    private const uint BasicFields = 0x7ff;

    /// <summary>Looks at a path, following symbolic links.</summary>
    /// <param name="path">Any path.</param>
    /// <returns>Null when there is nothing, when it may not be looked at, or when the system is not Linux.</returns>
    public static FileStatus? Of(string path)
    {
        if (!OperatingSystem.IsLinux()) return null;
        var raw = new RawStatus();
        return statx(CurrentFolder, path, 0, BasicFields, ref raw) == 0
            ? new FileStatus(raw.UserId, (ulong)raw.DeviceMajor << 32 | raw.DeviceMinor, raw.Inode)
            : null;
    }

    /// <remarks>Source: statx(2); the layout is the same on every architecture.</remarks>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct RawStatus
    {
        [FieldOffset(20)]
        public uint UserId;

        [FieldOffset(32)]
        public ulong Inode;

        [FieldOffset(136)]
        public uint DeviceMajor;

        [FieldOffset(140)]
        public uint DeviceMinor;
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int statx(int folder, string path, int flags, uint mask, ref RawStatus status);
}
