using System.Buffers.Binary;
using System.IO.Hashing;
using HybridStore.Lake;

namespace HybridStore.Hot;

/// <summary>Files of the lake that hold some rows; many symbols share one such list where files hold many symbols.</summary>
internal sealed class LakeFiles
{
    /// <summary>Makes the list.</summary>
    /// <param name="files">At least one.</param>
    internal LakeFiles(IEnumerable<DataFile> files)
    {
        Files = [.. files.Distinct().OrderBy(file => file.AddedVersion).ThenBy(file => file.Path, StringComparer.Ordinal)];
        Fingerprint = Of(Files);
        LakeVersion = Files.Max(file => file.AddedVersion);
    }

    /// <summary>Oldest first.</summary>
    internal IReadOnlyList<DataFile> Files { get; }

    /// <summary>Another one means that the rows may be others.</summary>
    internal long Fingerprint { get; }

    /// <summary>The newest version of the lake that one of them came with.</summary>
    internal long LakeVersion { get; }

    /// <summary>The fingerprint of files.</summary>
    internal static long Of(IEnumerable<DataFile> files)
    {
        var hash = new XxHash64();
        Span<byte> facts = stackalloc byte[16];
        foreach (var file in files.OrderBy(file => file.Checksum).ThenBy(file => file.RowCount))
        {
            BinaryPrimitives.WriteUInt64LittleEndian(facts, file.Checksum);
            BinaryPrimitives.WriteInt64LittleEndian(facts[8..], file.RowCount);
            hash.Append(facts);
        }

        return unchecked((long)hash.GetCurrentHashAsUInt64());
    }
}
