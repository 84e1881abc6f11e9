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
}

/// <summary>A file to ingest.</summary>
/// <param name="Path">As the user named it, or below the folder that the user named.</param>
/// <param name="SizeBytes">As it lies on the disk.</param>
/// <param name="Compression">By its name.</param>
public sealed record SourceFile(string Path, long SizeBytes, SourceCompression Compression)
{
    private static readonly string[] TextExtensions = [".csv", ".tsv", ".txt"];

    /// <summary>The dataset that the file belongs to when the user names none: its folder's name, else its own.</summary>
    public string DefaultDatasetName
    {
        get
        {
            var folder = System.IO.Path.GetFileName(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path)));
            return string.IsNullOrEmpty(folder) ? System.IO.Path.GetFileName(Path).Split('.')[0] : folder;
        }
    }

    /// <summary>Describes a file by its name and size.</summary>
    /// <param name="path">An existing file.</param>
    public static SourceFile Of(string path) => new(path, new FileInfo(path).Length, CompressionOf(path));

    /// <summary>Whether a folder's file is taken for a source: others must be named one by one.</summary>
    /// <param name="path">Any path.</param>
    public static bool IsSourceName(string path)
    {
        var plain = CompressionOf(path) == SourceCompression.None ? path : System.IO.Path.ChangeExtension(path, null);
        return TextExtensions.Contains(System.IO.Path.GetExtension(plain).ToLowerInvariant()) && !System.IO.Path.GetFileName(path).StartsWith('.');
    }

    private static SourceCompression CompressionOf(string path) => System.IO.Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".gz" => SourceCompression.Gzip,
        ".zst" => SourceCompression.Zstd,
        _ => SourceCompression.None,
    };
}
