using System.IO.Enumeration;

namespace HybridStore.Ingest;

/// <summary>Turns what the user named (files, folders, globs) into source files.</summary>
public static class SourceFinder
{
    /// <summary>Finds the sources.</summary>
    /// <param name="paths">Files, folders (searched to the bottom) and globs with <c>*</c>, <c>?</c> and <c>**</c>.</param>
    /// <returns>Each file once, sorted by path.</returns>
    /// <exception cref="StoreException">SourceData: a path does not exist, cannot be read, or leads to no source.</exception>
    public static IReadOnlyList<SourceFile> Find(IReadOnlyList<string> paths)
    {
        var found = new SortedDictionary<string, SourceFile>(StringComparer.Ordinal);
        foreach (var path in paths)
        {
            foreach (var file in FindOne(path)) found.TryAdd(Path.GetFullPath(file.Path), file);
        }

        return [.. found.Values];
    }

    private static List<SourceFile> FindOne(string path)
    {
        try
        {
            if (File.Exists(path)) return [SourceFile.Of(path)];
            if (Directory.Exists(path)) return NotEmpty(path, "the folder holds no .csv, .tsv or .txt file (nor one packed as .gz or .zst)", InFolder(path));
            if (path.AsSpan().IndexOfAny("*?") >= 0) return NotEmpty(path, "no file fits the pattern", Matching(path));
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new StoreException(StoreErrorKind.SourceData, $"{path}: cannot be read: {exception.Message}", exception);
        }

        throw new StoreException(StoreErrorKind.SourceData, $"{path}: no such file or folder. Check the path; quote globs so that the shell leaves them alone.");
    }

    private static IEnumerable<SourceFile> InFolder(string folder) =>
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(SourceFile.IsSourceName).Select(SourceFile.Of);

    private static IEnumerable<SourceFile> Matching(string pattern)
    {
        var fixedParts = pattern.Split('/').TakeWhile(part => part.AsSpan().IndexOfAny("*?") < 0).ToArray();
        var root = fixedParts.Length == 0 ? "." : string.Join('/', fixedParts) is { Length: > 0 } joined ? joined : "/";
        if (!Directory.Exists(root)) return [];
        var rest = pattern.Split('/')[fixedParts.Length..];
        return Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories)
            .Where(file => Fits(Path.GetRelativePath(root, file).Split('/'), rest))
            .Select(SourceFile.Of);
    }

    private static bool Fits(ReadOnlySpan<string> parts, ReadOnlySpan<string> pattern)
    {
        if (pattern.IsEmpty) return parts.IsEmpty;
        if (pattern[0] == "**")
        {
            for (var skipped = 0; skipped <= parts.Length; skipped++)
            {
                if (Fits(parts[skipped..], pattern[1..])) return true;
            }

            return false;
        }

        return !parts.IsEmpty && FileSystemName.MatchesSimpleExpression(pattern[0], parts[0], ignoreCase: false) && Fits(parts[1..], pattern[1..]);
    }

    private static List<SourceFile> NotEmpty(string path, string complaint, IEnumerable<SourceFile> files) =>
        files.ToList() is { Count: > 0 } list ? list : throw new StoreException(StoreErrorKind.SourceData, $"{path}: {complaint}.");
}
