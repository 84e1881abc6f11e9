using System.Text;

namespace HybridStore.Cli.Prompt;

/// <summary>What was entered before, in this and earlier sessions: a file that only its owner reads, one entry a line.</summary>
internal sealed class PromptHistory
{
    private const int EntriesMax = 5_000;
    private const UnixFileMode OwnerReadsAndWrites = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerOnly = OwnerReadsAndWrites | UnixFileMode.UserExecute;

    private readonly string? _path;
    private readonly List<string> _entries = [];

    /// <summary>Reads what there is.</summary>
    /// <param name="path">The file, made with the first entry; null to keep entries for this session only.</param>
    /// <param name="warn">Told why nothing is kept, when the file cannot be used.</param>
    internal PromptHistory(string? path, Action<string> warn)
    {
        try
        {
            if (path is not null)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!, OwnerOnly);
                if (File.Exists(path)) _entries.AddRange(File.ReadLines(path).Select(Unescape));
                if (_entries.Count > EntriesMax) Shorten(path);
            }

            _path = path;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            warn($"The history is not kept: {exception.Message}");
        }
    }

    /// <summary>The entries, the oldest first.</summary>
    internal IReadOnlyList<string> Entries => _entries;

    /// <summary>Where a user's history is: XDG's folder for state.</summary>
    /// <param name="environment">A variable's value, or null.</param>
    /// <returns>Null when there is no home.</returns>
    internal static string? DefaultPath(Func<string, string?> environment)
    {
        // The standard says that a path that is not absolute is to be ignored.
        if (environment("XDG_STATE_HOME") is { } state && Path.IsPathRooted(state)) return Path.Combine(state, "hybrid", "history");
        return environment("HOME") is { Length: > 0 } home ? Path.Combine(home, ".local", "state", "hybrid", "history") : null;
    }

    /// <summary>Adds an entry, unless it is the last one again or begins with a blank.</summary>
    internal void Add(string entry)
    {
        if (entry.Length == 0 || entry[0] == ' ' || (_entries.Count > 0 && _entries[^1] == entry)) return;
        _entries.Add(entry);
        if (_path is null) return;
        try
        {
            using var stream = new FileStream(_path, new FileStreamOptions { Mode = FileMode.Append, Access = FileAccess.Write, Share = FileShare.ReadWrite, BufferSize = 0, UnixCreateMode = OwnerReadsAndWrites });
            stream.Write(Encoding.UTF8.GetBytes(Escape(entry) + "\n")); // One write: sessions side by side do not mix.
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The entry is kept for this session; a full disk is no reason to lose a query's answer.
        }
    }

    private void Shorten(string path)
    {
        _entries.RemoveRange(0, _entries.Count - EntriesMax);
        var shorter = $"{path}.{Environment.ProcessId}";
        using (var stream = new FileStream(shorter, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = OwnerReadsAndWrites }))
        {
            stream.Write(Encoding.UTF8.GetBytes(string.Concat(_entries.Select(entry => Escape(entry) + "\n"))));
        }

        Native.Posix.DurableFile.Rename(shorter, path);
    }

    private static string Escape(string entry) => entry.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal).Replace("\r", "\\r", StringComparison.Ordinal);

    private static string Unescape(string line)
    {
        var entry = new StringBuilder(line.Length);
        for (var index = 0; index < line.Length; index++)
        {
            if (line[index] != '\\' || index == line.Length - 1) entry.Append(line[index]);
            else entry.Append(line[++index] switch { 'n' => '\n', 'r' => '\r', var other => other });
        }

        return entry.ToString();
    }
}
