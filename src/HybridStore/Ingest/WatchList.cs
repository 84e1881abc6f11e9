namespace HybridStore.Ingest;

/// <summary>Which files of watched folders are to be ingested now: those written whole, each content once.</summary>
/// <remarks>Knows nothing of the disk or the clock: it is told. Remembers the files that are there, and no others. Not thread-safe.</remarks>
/// <param name="settle">How long a file must stay as it is before it counts as written whole.</param>
internal sealed class WatchList(TimeSpan settle)
{
    private static readonly TimeSpan ClockSkewMax = TimeSpan.FromMinutes(2);

    private readonly Dictionary<string, Seen> _files = new(StringComparer.Ordinal);

    /// <summary>How many files it remembers.</summary>
    internal int Count => _files.Count;

    /// <summary>Takes in what is there.</summary>
    /// <param name="files">Every source in the watched folders.</param>
    /// <param name="renamed">Files that got their name since the last look: whoever renames a file in has written it whole.</param>
    /// <param name="now">The time.</param>
    /// <returns>
    /// Files that are due, in order, with whether they were written whole for certain; and when to look again at those that are not, null
    /// when there are none.
    /// </returns>
    internal (IReadOnlyList<DueFile> Due, TimeSpan? Wait) Look(
        IReadOnlyDictionary<string, FileStamp> files, IReadOnlySet<string> renamed, DateTimeOffset now)
    {
        foreach (var gone in _files.Keys.Where(path => !files.ContainsKey(path)).ToList()) _files.Remove(gone);
        var due = new List<DueFile>();
        TimeSpan? wait = null;
        foreach (var (path, stamp) in files)
        {
            if (!_files.TryGetValue(path, out var seen) || seen.Stamp != stamp)
            {
                // A file that was last written long ago is whole, whenever it was first seen. Long: a file server's clock may be behind.
                var since = now - stamp.Modified > ClockSkewMax + settle ? DateTimeOffset.MinValue : now;
                seen = new Seen(stamp, since, IsDone: false, IsWhole: false);
            }

            if (renamed.Contains(path)) seen = seen with { Since = DateTimeOffset.MinValue, IsWhole = true };
            _files[path] = seen;
            if (seen.IsDone) continue;
            if (now - seen.Since >= settle) due.Add(new DueFile(path, stamp, seen.IsWhole));
            else if (wait is null || seen.Since + settle - now < wait) wait = seen.Since + settle - now;
        }

        due.Sort((one, other) => string.CompareOrdinal(one.Path, other.Path));
        return (due, wait);
    }

    /// <summary>A file was ingested, or cannot be: until it changes it is not due again.</summary>
    internal void Done(string path)
    {
        if (_files.TryGetValue(path, out var seen)) _files[path] = seen with { IsDone = true };
    }

    private readonly record struct Seen(FileStamp Stamp, DateTimeOffset Since, bool IsDone, bool IsWhole);
}
