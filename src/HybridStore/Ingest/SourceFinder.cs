using System.IO.Enumeration;
using HybridStore.Ingest.Archives;
using HybridStore.Ingest.Workbooks;
using HybridStore.Native.Posix;

namespace HybridStore.Ingest;

/// <summary>Turns what the user named (files, folders, globs, the standard input) into sources: archives and workbooks are several.</summary>
internal static class SourceFinder
{
    private const string NoSource = "the folder holds no .csv, .tsv, .txt (also packed as .gz or .zst), .zip or .xlsx file";

    /// <summary>Finds the sources.</summary>
    /// <param name="request">The paths: files, folders (searched to the bottom) and globs with <c>*</c>, <c>?</c> and <c>**</c>; and what else it says of them.</param>
    /// <param name="standardInput">What <c>-</c> stands for; null when it is not among the paths.</param>
    /// <param name="note">Told what is left out.</param>
    /// <returns>Each source once, sorted by path.</returns>
    /// <exception cref="StoreException">SourceData: a path does not exist, cannot be read, or leads to no source. Usage: the path pattern is none.</exception>
    internal static IReadOnlyList<SourceFile> Find(IngestRequest request, StandardInputFile? standardInput, Action<string> note)
    {
        if (request is { Symbol: not null, PathPattern: not null } && request.PathPattern.Contains("{symbol}", StringComparison.Ordinal))
        {
            throw new StoreException(StoreErrorKind.Usage, "--symbol and {symbol} in --path-pattern both tell the symbol. Give one of them.");
        }

        var pattern = request.PathPattern is { } text ? PathPattern.Parse(text) : null;
        var files = new SortedDictionary<string, SourceFile>(StringComparer.Ordinal);
        foreach (var path in request.Paths)
        {
            foreach (var file in path == StandardInputFile.Name ? [standardInput!.ToSource()] : FindOne(path, note))
            {
                files.TryAdd(Path.GetFullPath(file.StoredPath), file);
            }
        }

        var sources = new List<SourceFile>();
        foreach (var file in files.Values.Select(file => Growing(file, request)))
        {
            var found = SourcesIn(file, request, note).Select(source => source with { Symbol = request.Symbol });
            sources.AddRange(found.Select(source => pattern?.Apply(source) ?? source));
        }

        return sources;
    }

    private static SourceFile Growing(SourceFile file, IngestRequest request) =>
        file.IsPlain && request.GrowingFiles.TryGetValue(file.StoredPath, out var bytes)
            ? file with { MayGrow = true, SizeBytes = bytes }
            : file;

    private static IEnumerable<SourceFile> SourcesIn(SourceFile file, IngestRequest request, Action<string> note)
    {
        if (file.Problem is not null) return [file];
        try
        {
            if (Workbook.IsName(file.Path)) return SheetSources.Of(file, request.Sheet, ArchiveLimits.Default, note);
            return file.Compression == SourceCompression.Zip ? ZipSources.Of(file, ArchiveLimits.Default, note) : [file];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [file with { Problem = $"{file.Path}: cannot be read: {exception.Message}" }];
        }
    }

    /// <summary>The files that a path leads to, archives and workbooks as one file each.</summary>
    /// <param name="path">A file, folder or glob.</param>
    /// <param name="note">Told what is left out because it is no regular file.</param>
    /// <exception cref="StoreException">SourceData: there are none.</exception>
    internal static List<SourceFile> FindOne(string path, Action<string> note)
    {
        try
        {
            if (Directory.Exists(path))
            {
                return NotEmpty(path, NoSource, Sources(SourceWalk.PathsBelow(path).Where(SourceFile.IsSourceName), note));
            }

            if (Path.Exists(path) && SourceFile.Of(path) is var file) return file.Problem is null ? [file] : throw Refused(file);
            if (path.AsSpan().IndexOfAny("*?") >= 0) return NotEmpty(path, "no file fits the pattern", Sources(Matching(path), note));
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new StoreException(StoreErrorKind.SourceData, $"{path}: cannot be read: {exception.Message}", exception);
        }

        throw new StoreException(StoreErrorKind.SourceData, $"{path}: no such file or folder. Check the path; quote globs so that the shell leaves them alone.");
    }

    /// <summary>Links that lead nowhere are sources that failed: data was meant to be there. A pipe or a socket holds none.</summary>
    private static IEnumerable<SourceFile> Sources(IEnumerable<string> paths, Action<string> note)
    {
        foreach (var path in paths)
        {
            if (FileStatus.Of(path) is { Kind: not FileKind.Regular and var kind })
            {
                note($"{path}: left out: expected a regular file, found {kind.ToText()}");
            }
            else yield return SourceFile.Of(path);
        }
    }

    private static StoreException Refused(SourceFile file) => new(
        StoreErrorKind.SourceData,
        FileStatus.Of(file.Path)?.Kind is FileKind.NamedPipe or FileKind.CharacterDevice
            ? $"{file.Problem} It can be read once only, and sources are read twice: give it as the standard input, hybrid ingest - --dataset NAME < {file.Path}"
            : $"{file.Problem} Check the path.");

    private static IEnumerable<string> Matching(string pattern)
    {
        var fixedParts = pattern.Split('/').TakeWhile(part => part.AsSpan().IndexOfAny("*?") < 0).ToArray();
        var root = fixedParts.Length == 0 ? "." : string.Join('/', fixedParts) is { Length: > 0 } joined ? joined : "/";
        if (!Directory.Exists(root)) return [];
        var rest = pattern.Split('/')[fixedParts.Length..];
        return SourceWalk.PathsBelow(root).Where(file => Fits(Path.GetRelativePath(root, file).Split('/'), rest));
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
