namespace HybridStore.Hot;

/// <summary>The embedded server's log, where it says why it does not start.</summary>
internal static class ServerLog
{
    private const int TailBytes = 4096;
    private const int TailLines = 6;
    private const long LogBytesMax = 16 << 20;

    /// <summary>The last lines.</summary>
    /// <param name="path">The log.</param>
    /// <param name="from">Where to begin, in bytes: what was there before is of no interest.</param>
    internal static string Tail(string path, long from)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            file.Position = Math.Clamp(file.Length - TailBytes, Math.Min(from, file.Length), file.Length);
            using var reader = new StreamReader(file);
            return string.Join(" | ", reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).TakeLast(TailLines));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"{path} cannot be read: {e.Message}";
        }
    }

    /// <summary>The log's size now, after a log that has grown too long was begun anew.</summary>
    /// <param name="path">The log of a server that does not run.</param>
    internal static long Begin(string path)
    {
        var file = new FileInfo(path);
        if (!file.Exists) return 0;
        if (file.Length <= LogBytesMax) return file.Length;
        file.Delete();
        return 0;
    }
}
