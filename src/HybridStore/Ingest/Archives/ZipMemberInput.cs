using System.Buffers.Binary;
using System.IO.Hashing;
using HybridStore.Native.Csv;
using HybridStore.Native.Csv.Inputs;

namespace HybridStore.Ingest.Archives;

/// <summary>The plain bytes of a zip archive's member, checked against its size and checksum.</summary>
/// <remarks>Deflated bytes are framed as a gzip file, whose reader checks both; nothing is unpacked beyond the size that the directory says.</remarks>
internal sealed class ZipMemberInput : ICsvInput
{
    private static readonly byte[] GzipHeader = [0x1F, 0x8B, ZipMember.Deflated, 0, 0, 0, 0, 0, 0, 0xFF];

    private readonly ICsvInput _plain;
    private readonly ZipMember _member;
    private readonly Crc32? _checksum; // Of bytes whose decoder does not check it.
    private long _byteCount;

    /// <param name="path">The archive.</param>
    /// <param name="member">One without a problem.</param>
    /// <param name="onRead">Told how many packed bytes were read.</param>
    /// <exception cref="InvalidDataException">The archive is damaged.</exception>
    internal ZipMemberInput(string path, ZipMember member, Action<long> onRead)
    {
        var start = ZipDirectory.DataOffset(path, member);
        var packed = new CountingInput(new FileInput(path, start, start + member.PackedBytes), onRead);
        _member = member;
        _checksum = member.Method != ZipMember.Deflated ? new Crc32() : null;
        _plain = member.Method switch
        {
            ZipMember.Deflated => new GzipInput(new FramedInput(GzipHeader, packed, Trailer(member))),
            ZipMember.Zstd => new ZstdInput(packed),
            _ => packed,
        };
    }

    /// <inheritdoc/>
    public int Read(Span<byte> destination)
    {
        var read = _plain.Read(destination);
        _byteCount += read;
        if (_byteCount > _member.PlainBytes)
        {
            throw new InvalidDataException($"The zip member unpacks to more than the {_member.PlainBytes} bytes that its archive says.");
        }

        _checksum?.Append(destination[..read]);
        if (read > 0) return read;
        var isWhole = _byteCount == _member.PlainBytes && (_checksum is null || _checksum.GetCurrentHashAsUInt32() == _member.Checksum);
        return isWhole ? 0 : throw new InvalidDataException("The zip member is not what its archive's checksum says.");
    }

    /// <inheritdoc/>
    public void Dispose() => _plain.Dispose();

    private static byte[] Trailer(ZipMember member)
    {
        var trailer = new byte[8];
        BinaryPrimitives.WriteUInt32LittleEndian(trailer, member.Checksum);
        BinaryPrimitives.WriteUInt32LittleEndian(trailer.AsSpan(4), (uint)member.PlainBytes);
        return trailer;
    }
}
