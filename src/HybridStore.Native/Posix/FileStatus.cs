using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace HybridStore.Native.Posix;

/// <summary>What a file or folder is, and which one it is whatever path led to it.</summary>
/// <param name="UserId">The owner.</param>
/// <param name="Device">The file system; with <paramref name="Inode"/> the same for two paths of one file.</param>
/// <param name="Inode">The file's number in it.</param>
public readonly partial record struct FileStatus(uint UserId, ulong Device, ulong Inode)
{
    private const int CurrentFolder = -100;
    private const int EmptyPath = 0x1000;
    private const uint BasicFields = 0x7ff;

    /// <summary>What it is.</summary>
    public FileKind Kind { get; private init; }

    /// <summary>Its size.</summary>
    public long SizeBytes { get; private init; }

    /// <summary>When its content was last written, UTC.</summary>
    public DateTime Modified { get; private init; }

    /// <summary>Whether something was done to it after it was last written: it was renamed, or got its times or rights.</summary>
    public bool IsFinished { get; private init; }

    /// <summary>Looks at a path, following symbolic links.</summary>
    /// <param name="path">Any path.</param>
    /// <returns>Null when there is nothing, when it may not be looked at, or when the system is not Linux.</returns>
    public static FileStatus? Of(string path)
    {
        if (!OperatingSystem.IsLinux()) return null;
        var raw = new RawStatus();
        return statx(CurrentFolder, path, 0, BasicFields, ref raw) == 0 ? Of(raw) : null;
    }

    /// <summary>Looks at an open file.</summary>
    /// <param name="file">Open.</param>
    /// <returns>Null when the system is not Linux.</returns>
    public static FileStatus? Of(SafeFileHandle file)
    {
        if (!OperatingSystem.IsLinux()) return null;
        var raw = new RawStatus();
        return statx(file, "", EmptyPath, BasicFields, ref raw) == 0 ? Of(raw) : null;
    }

    private static FileStatus Of(in RawStatus raw) => new(raw.UserId, (ulong)raw.DeviceMajor << 32 | raw.DeviceMinor, raw.Inode)
    {
        Kind = KindOf(raw.Mode),
        SizeBytes = raw.SizeBytes,
        IsFinished = (raw.ChangedSeconds, raw.ChangedNanoseconds) != (raw.ModifiedSeconds, raw.ModifiedNanoseconds),
        Modified = DateTime.UnixEpoch.AddSeconds(raw.ModifiedSeconds).AddTicks(raw.ModifiedNanoseconds / TimeSpan.NanosecondsPerTick),
    };

    private static FileKind KindOf(ushort mode) => (mode & 0xF000) switch
    {
        0x8000 => FileKind.Regular,
        0x4000 => FileKind.Folder,
        0x1000 => FileKind.NamedPipe,
        0xC000 => FileKind.Socket,
        0x2000 => FileKind.CharacterDevice,
        0x6000 => FileKind.BlockDevice,
        _ => FileKind.Other,
    };

    /// <remarks>Source: statx(2); the layout is the same on every architecture.</remarks>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct RawStatus
    {
        [FieldOffset(20)]
        public uint UserId;

        [FieldOffset(28)]
        public ushort Mode;

        [FieldOffset(32)]
        public ulong Inode;

        [FieldOffset(40)]
        public long SizeBytes;

        [FieldOffset(96)]
        public long ChangedSeconds;

        [FieldOffset(104)]
        public uint ChangedNanoseconds;

        [FieldOffset(112)]
        public long ModifiedSeconds;

        [FieldOffset(120)]
        public uint ModifiedNanoseconds;

        [FieldOffset(136)]
        public uint DeviceMajor;

        [FieldOffset(140)]
        public uint DeviceMinor;
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int statx(int folder, string path, int flags, uint mask, ref RawStatus status);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int statx(SafeFileHandle file, string path, int flags, uint mask, ref RawStatus status);
}
