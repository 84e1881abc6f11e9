namespace HybridStore.Ingest;

/// <summary>What tells whether a file was changed since it was last looked at.</summary>
/// <param name="SizeBytes">Its size.</param>
/// <param name="Modified">When it was last written.</param>
internal readonly record struct FileStamp(long SizeBytes, DateTime Modified)
{
    /// <summary>A file's stamp.</summary>
    /// <returns>Null when there is no such file.</returns>
    internal static FileStamp? Of(string path) => new FileInfo(path) is { Exists: true } file ? new FileStamp(file.Length, file.LastWriteTimeUtc) : null;
}
