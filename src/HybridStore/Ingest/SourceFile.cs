using HybridStore.Ingest.Archives;
using HybridStore.Ingest.Workbooks;
using HybridStore.Native.Posix;

namespace HybridStore.Ingest;

/// <summary>How a source's bytes are packed.</summary>
public enum SourceCompression
{
    /// <summary>Plain text.</summary>
    None,

    /// <summary>gzip, of one member or several.</summary>
    Gzip,

    /// <summary>zstd, of one frame or several.</summary>
    Zstd,

    /// <summary>A zip archive: each of its members is a source.</summary>
    Zip,
}

/// <summary>A file to ingest.</summary>
/// <param name="Path">As the user named it, or below the folder that the user named; behind an exclamation mark, the archive's member or the workbook's sheet.</param>
/// <param name="SizeBytes">As it lies on the disk.</param>
/// <param name="Compression">By its name.</param>
public sealed record SourceFile(string Path, long SizeBytes, SourceCompression Compression)
{
    private static readonly string[] TextExtensions = [".csv", ".tsv", ".txt"];

    /// <summary>The file on the disk that it is read from.</summary>
    public string StoredPath { get; init; } = Path;

    /// <summary>The stored file as it was measured; null when it cannot change.</summary>
    internal FileStamp? Stamp { get; init; }

    /// <summary>Which member of a zip archive it is; null when it is a file by itself.</summary>
    internal ZipMember? Member { get; init; }

    /// <summary>Which sheet of a workbook it is; null when it is text.</summary>
    internal string? Sheet { get; init; }

    /// <summary>The symbol of all its rows, as its path or the user says; null when a column tells it.</summary>
    internal string? Symbol { get; init; }

    /// <summary>The day of all its rows, as its path says.</summary>
    internal DateOnly? Day { get; init; }

    /// <summary>Why it cannot be read, as far as that is known before it is opened; else null.</summary>
    internal string? Problem { get; init; }

    /// <summary>What makes its rows others than those of another source with the same bytes.</summary>
    internal string Told => Sheet is null && Symbol is null && Day is null ? "" : $"\n{Sheet}\n{Symbol}\n{Day:O}";

    /// <summary>
    /// Whether it may be added to: then it ends, for now, behind its last whole line, and <see cref="SizeBytes"/> says where.
    /// </summary>
    internal bool MayGrow { get; init; }

    /// <summary>Bytes of the file on the disk, as far as it is read.</summary>
    internal long StoredBytes => MayGrow ? SizeBytes : Stamp?.SizeBytes ?? SizeBytes;

    /// <summary>Bytes of its plain text, an estimate for a packed one: text is some six times as long.</summary>
    internal long TextBytes => Compression == SourceCompression.None ? SizeBytes : 6 * SizeBytes;

    /// <summary>Whether it can be read from any byte on.</summary>
    internal bool IsPlain => Compression == SourceCompression.None && Member is null && Sheet is null;

    /// <summary>The dataset that the file belongs to when the user names none: its folder's name, else its own.</summary>
    public string DefaultDatasetName
    {
        get
        {
            var folder = System.IO.Path.GetFileName(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(StoredPath)));
            return string.IsNullOrEmpty(folder) ? System.IO.Path.GetFileName(StoredPath).Split('.')[0] : folder;
        }
    }

    /// <summary>Describes a file by its name and the size of what the name leads to.</summary>
    /// <param name="path">A file, or a link to one. Where it leads to no file, the source's problem says so.</param>
    public static SourceFile Of(string path)
    {
        var source = new SourceFile(path, 0, CompressionOf(path));
        return FileStamp.Of(path) is { } stamp
            ? source with { SizeBytes = stamp.SizeBytes, Stamp = stamp }
            : source with { Problem = $"{path}: {WhyNoFile(path)}." };
    }

    /// <summary>Whether a folder's file is taken for a source: others must be named one by one.</summary>
    /// <param name="path">Any path.</param>
    public static bool IsSourceName(string path) => !System.IO.Path.GetFileName(path).StartsWith('.') && (IsTextName(path) || CompressionOf(path) == SourceCompression.Zip || Workbook.IsName(path));

    /// <summary>Whether a name is that of text, plain or packed.</summary>
    internal static bool IsTextName(string path)
    {
        var plain = CompressionOf(path) == SourceCompression.None ? path : System.IO.Path.ChangeExtension(path, null);
        return TextExtensions.Contains(System.IO.Path.GetExtension(plain).ToLowerInvariant());
    }

    /// <summary>Why a path leads to no regular file, as a part of a sentence.</summary>
    internal static string WhyNoFile(string path)
    {
        if (FileStatus.Of(path) is { Kind: not FileKind.Regular and var kind }) return $"expected a regular file, found {kind.ToText()}";
        return File.ResolveLinkTarget(path, returnFinalTarget: false) is { } target
            ? $"is a link to '{target.FullName}', which leads to no file"
            : "no such file";
    }

    internal static SourceCompression CompressionOf(string path) => System.IO.Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".gz" => SourceCompression.Gzip,
        ".zst" => SourceCompression.Zstd,
        ".zip" => SourceCompression.Zip,
        _ => SourceCompression.None,
    };
}
