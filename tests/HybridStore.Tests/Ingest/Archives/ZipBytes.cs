using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;

namespace HybridStore.Tests.Ingest.Archives;

/// <summary>A zip archive written by hand, so that a test can say what no well-meaning writer would.</summary>
internal sealed class ZipBytes
{
    private readonly List<byte> _archive = [];
    private readonly List<byte> _directory = [];
    private int _memberCount;

    /// <summary>Adds a member.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="text">Its plain text.</param>
    /// <param name="method">0 or 8; any other is only said.</param>
    /// <param name="is64Bit">Whether its sizes stand in the 64-bit field.</param>
    /// <param name="flags">General flags: 1 says encrypted.</param>
    /// <param name="plainBytes">The size that is said; null for the true one.</param>
    /// <param name="checksum">The checksum that is said; null for the true one.</param>
    internal ZipBytes Add(string name, string text, int method = 8, bool is64Bit = false, int flags = 0, long? plainBytes = null, uint? checksum = null)
    {
        var plain = Encoding.UTF8.GetBytes(text);
        var packed = method == 8 ? Deflate(plain) : plain;
        var offset = _archive.Count;
        var nameBytes = Encoding.UTF8.GetBytes(name);
        Write(_archive, 0x04034B50, 4);
        Write(_archive, 20, 2);
        Write(_archive, flags, 2);
        Write(_archive, method, 2);
        Write(_archive, 0, 16);
        Write(_archive, nameBytes.Length, 2);
        Write(_archive, 0, 2);
        _archive.AddRange(nameBytes);
        _archive.AddRange(packed);
        AddEntry(nameBytes, method, flags, checksum ?? Crc32.HashToUInt32(plain), packed.Length, plainBytes ?? plain.Length, offset, is64Bit);
        return this;
    }

    /// <summary>Says once more that the last member's bytes are there, under another name.</summary>
    internal ZipBytes AddSameAgain(string name, string text)
    {
        var plain = Encoding.UTF8.GetBytes(text);
        AddEntry(Encoding.UTF8.GetBytes(name), 8, 0, Crc32.HashToUInt32(plain), Deflate(plain).Length, plain.Length, 0, is64Bit: false);
        return this;
    }

    internal byte[] ToArray(bool is64Bit = false)
    {
        var offset = _archive.Count;
        _archive.AddRange(_directory);
        if (is64Bit)
        {
            var end64 = _archive.Count;
            Write(_archive, 0x06064B50, 4);
            Write(_archive, 44, 8);
            Write(_archive, 45, 2);
            Write(_archive, 45, 2);
            Write(_archive, 0, 8);
            Write(_archive, _memberCount, 8);
            Write(_archive, _memberCount, 8);
            Write(_archive, _directory.Count, 8);
            Write(_archive, offset, 8);
            Write(_archive, 0x07064B50, 4);
            Write(_archive, 0, 4);
            Write(_archive, end64, 8);
            Write(_archive, 1, 4);
        }

        Write(_archive, 0x06054B50, 4);
        Write(_archive, 0, 4);
        Write(_archive, is64Bit ? 0xFFFF : _memberCount, 2);
        Write(_archive, is64Bit ? 0xFFFF : _memberCount, 2);
        Write(_archive, is64Bit ? 0xFFFFFFFF : _directory.Count, 4);
        Write(_archive, is64Bit ? 0xFFFFFFFF : offset, 4);
        Write(_archive, 0, 2);
        return [.. _archive];
    }

    private void AddEntry(byte[] name, int method, int flags, uint checksum, long packed, long plain, long offset, bool is64Bit)
    {
        _memberCount++;
        var says64 = is64Bit || plain > uint.MaxValue;
        Write(_directory, 0x02014B50, 4);
        Write(_directory, 20, 2);
        Write(_directory, 20, 2);
        Write(_directory, flags, 2);
        Write(_directory, method, 2);
        Write(_directory, 0, 4);
        Write(_directory, checksum, 4);
        Write(_directory, says64 ? 0xFFFFFFFF : packed, 4);
        Write(_directory, says64 ? 0xFFFFFFFF : plain, 4);
        Write(_directory, name.Length, 2);
        Write(_directory, says64 ? 28 : 0, 2);
        Write(_directory, 0, 10);
        Write(_directory, says64 ? 0xFFFFFFFF : offset, 4);
        _directory.AddRange(name);
        if (!says64) return;
        Write(_directory, 1, 2);
        Write(_directory, 24, 2);
        Write(_directory, plain, 8);
        Write(_directory, packed, 8);
        Write(_directory, offset, 8);
    }

    private static byte[] Deflate(byte[] plain)
    {
        using var packed = new MemoryStream();
        using (var stream = new DeflateStream(packed, CompressionLevel.Optimal, leaveOpen: true)) stream.Write(plain);
        return packed.ToArray();
    }

    private static void Write(List<byte> bytes, long number, int byteCount)
    {
        Span<byte> little = stackalloc byte[16];
        little.Clear();
        BinaryPrimitives.WriteInt64LittleEndian(little, number);
        bytes.AddRange(little[..byteCount]);
    }
}
