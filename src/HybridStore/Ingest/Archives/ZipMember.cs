namespace HybridStore.Ingest.Archives;

/// <summary>A member of a zip archive, as the archive's directory tells it.</summary>
/// <param name="Name">With its folders.</param>
/// <param name="HeaderOffset">Where its own header begins in the archive.</param>
/// <param name="PackedBytes">Size in the archive.</param>
/// <param name="PlainBytes">Size when unpacked.</param>
/// <param name="Checksum">CRC-32 of the plain bytes.</param>
/// <param name="Method">How it is packed: 0 not at all, 8 deflate, 93 zstd.</param>
/// <param name="IsEncrypted">Whether a password is needed.</param>
internal sealed record ZipMember(string Name, long HeaderOffset, long PackedBytes, long PlainBytes, uint Checksum, int Method, bool IsEncrypted)
{
    internal const int Stored = 0;
    internal const int Deflated = 8;
    internal const int Zstd = 93;

    /// <summary>Why it cannot be read; null when it can.</summary>
    internal string? Problem => IsEncrypted
        ? "is encrypted. Unpack it with its password first."
        : Method is Stored or Deflated or Zstd ? null : $"expected a member that is stored or packed by deflate or zstd, found zip method {Method}. Pack it again, or unpack it first.";
}
