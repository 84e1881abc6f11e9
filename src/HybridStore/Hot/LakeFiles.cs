using System.Buffers.Binary;
using System.Globalization;
using System.IO.Hashing;
using System.Text;
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
        foreach (var (file, identity) in files.Select(file => (file, Identity(file))).OrderBy(one => one.Item2).ThenBy(one => one.file.RowCount))
        {
            BinaryPrimitives.WriteUInt64LittleEndian(facts, identity);
            BinaryPrimitives.WriteInt64LittleEndian(facts[8..], file.RowCount);
            hash.Append(facts);
        }

        return unchecked((long)hash.GetCurrentHashAsUInt64());
    }

    /// <summary>The file's checksum; of a file of another program, whose bytes nobody hashed, what the log says of it: names are never used again.</summary>
    private static ulong Identity(DataFile file) => file.IsForeign
        ? XxHash64.HashToUInt64(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{file.Path}\n{file.SizeBytes}\n{file.ModifiedMs}")))
        : file.Checksum;
}
