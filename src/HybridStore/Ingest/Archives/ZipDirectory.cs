using System.Buffers.Binary;
using System.Text;
using HybridStore.Native.Posix;

namespace HybridStore.Ingest.Archives;

/// <summary>Reads the directory of a zip archive, small or of 64 bits.</summary>
/// <remarks>
/// .NET's ZipArchive reads the whole directory again for every thread and member, which for an archive of 8,000 symbols takes longer than
/// the work: this reads it once, and members are then ranges of a file. Source: PKWARE APPNOTE 6.3, sections 4.3 to 4.5.
/// </remarks>
internal static class ZipDirectory
{
    private const uint EndSignature = 0x06054B50;
    private const uint End64Signature = 0x06064B50;
    private const uint Locator64Signature = 0x07064B50;
    private const uint EntrySignature = 0x02014B50;
    private const uint HeaderSignature = 0x04034B50;
    private const int EndBytes = 22;
    private const int Locator64Bytes = 20;
    private const int End64Bytes = 56;
    private const int EntryBytes = 46;
    private const int HeaderBytes = 30;
    private const int CommentBytesMax = ushort.MaxValue;
    private const int DirectoryBytesMax = 1 << 30;
    private const ushort ExtraOf64Bits = 1;

    /// <summary>Reads the members, in their order; folders are none.</summary>
    /// <param name="path">The archive.</param>
    /// <exception cref="InvalidDataException">It is no zip archive, or damaged.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    internal static IReadOnlyList<ZipMember> Read(string path)
    {
        using var file = RegularFile.OpenStream(path);
        var (offset, size, shift) = FindDirectory(file);
        if (size > DirectoryBytesMax || offset < 0 || offset + size > file.Length) throw Damaged("its directory lies outside of it");
        var directory = ReadAt(file, offset, (int)size);
        var members = new List<ZipMember>();
        for (var at = 0; at < directory.Length;)
        {
            var entry = directory.AsSpan(at);
            if (entry.Length < EntryBytes || Number32(entry) != EntrySignature) throw Damaged("its directory is not well formed");
            var (nameBytes, extraBytes, commentBytes) = (Number16(entry[28..]), Number16(entry[30..]), Number16(entry[32..]));
            at += EntryBytes + nameBytes + extraBytes + commentBytes;
            if (at > directory.Length) throw Damaged("its directory is cut off");
            var member = ReadEntry(entry, entry.Slice(EntryBytes, nameBytes), entry.Slice(EntryBytes + nameBytes, extraBytes), shift);
            if (!member.Name.EndsWith('/')) members.Add(member);
        }

        return members;
    }

    /// <summary>Where a member's packed bytes begin.</summary>
    /// <exception cref="InvalidDataException">The archive is damaged.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    internal static long DataOffset(string path, ZipMember member)
    {
        using var file = RegularFile.OpenStream(path);
        var header = ReadAt(file, member.HeaderOffset, HeaderBytes);
        if (Number32(header) != HeaderSignature) throw Damaged("a member's header is not where its directory says");
        return member.HeaderOffset + HeaderBytes + Number16(header.AsSpan(26)) + Number16(header.AsSpan(28));
    }

    private static (long Offset, long Size, long Shift) FindDirectory(FileStream file)
    {
        var tailBytes = (int)Math.Min(file.Length, EndBytes + CommentBytesMax);
        var tailOffset = file.Length - tailBytes;
        var tail = ReadAt(file, tailOffset, tailBytes);
        for (var at = tailBytes - EndBytes; at >= 0; at--)
        {
            var end = tail.AsSpan(at);
            if (Number32(end) != EndSignature || at + EndBytes + Number16(end[20..]) != tailBytes) continue;
            if (Number16(end[4..]) != Number16(end[6..]) && Number16(end[4..]) != ushort.MaxValue) throw Damaged("it is one of several parts");
            var (size, offset) = ((long)Number32(end[12..]), (long)Number32(end[16..]));
            var endOffset = tailOffset + at;
            if (offset == uint.MaxValue || size == uint.MaxValue || Number16(end[10..]) == ushort.MaxValue) return FindDirectory64(file, endOffset) ?? (offset, size, endOffset - size - offset);
            // Bytes before an archive, such as a program that unpacks it, shift all its offsets.
            return (endOffset - size, size, endOffset - size - offset);
        }

        throw Damaged("it has no directory");
    }

    private static (long Offset, long Size, long Shift)? FindDirectory64(FileStream file, long endOffset)
    {
        if (endOffset < Locator64Bytes) return null;
        var locator = ReadAt(file, endOffset - Locator64Bytes, Locator64Bytes);
        if (Number32(locator) != Locator64Signature) return null;
        var end = ReadAt(file, Number64(locator.AsSpan(8)), End64Bytes);
        if (Number32(end) != End64Signature) throw Damaged("its 64-bit directory is not where it says");
        return (Number64(end.AsSpan(48)), Number64(end.AsSpan(40)), 0);
    }

    private static ZipMember ReadEntry(ReadOnlySpan<byte> entry, ReadOnlySpan<byte> name, ReadOnlySpan<byte> extra, long shift)
    {
        const int encryptedFlag = 1;
        const int utf8Flag = 1 << 11;
        var flags = Number16(entry[8..]);
        long packed = Number32(entry[20..]), plain = Number32(entry[24..]), offset = Number32(entry[42..]);
        while (extra.Length >= 4)
        {
            var (kind, length) = (Number16(extra), Number16(extra[2..]));
            var content = extra[4..];
            if (length > content.Length) break;
            content = content[..length];
            if (kind == ExtraOf64Bits)
            {
                // Only the numbers that do not fit into the entry are there, in this order.
                if (plain == uint.MaxValue) plain = Take64(ref content);
                if (packed == uint.MaxValue) packed = Take64(ref content);
                if (offset == uint.MaxValue) offset = Take64(ref content);
            }

            extra = extra[(4 + length)..];
        }

        if (packed < 0 || plain < 0 || offset < 0) throw Damaged("a member has no size");
        var text = (flags & utf8Flag) != 0 ? Encoding.UTF8.GetString(name) : Encoding.Latin1.GetString(name);
        return new ZipMember(text.Replace('\\', '/'), offset + shift, packed, plain, Number32(entry[16..]), Number16(entry[10..]), (flags & encryptedFlag) != 0);
    }

    private static long Take64(ref ReadOnlySpan<byte> content)
    {
        if (content.Length < 8) throw Damaged("a member's 64-bit size is cut off");
        var value = Number64(content);
        content = content[8..];
        return value;
    }

    private static byte[] ReadAt(FileStream file, long offset, int count)
    {
        var bytes = new byte[count];
        if (offset < 0 || offset + count > file.Length) throw Damaged("it is cut off");
        file.Position = offset;
        file.ReadExactly(bytes);
        return bytes;
    }

    private static int Number16(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt16LittleEndian(bytes);

    private static uint Number32(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt32LittleEndian(bytes);

    private static long Number64(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadInt64LittleEndian(bytes);

    private static InvalidDataException Damaged(string how) => new($"The zip archive cannot be read: {how}.");
}
