using System.Text;
using HybridStore.Native.Posix;

namespace HybridStore.Cli.Prompt;

/// <summary>What was entered before, in this and earlier sessions: files that only their owner reads, one entry a line.</summary>
internal sealed class PromptHistory
{
    private const int EntriesMax = 5_000;
    private const long FileBytesMax = 1 << 20;
    private const int FilesMax = 2;
    private const UnixFileMode OwnerReadsAndWrites = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerOnly = OwnerReadsAndWrites | UnixFileMode.UserExecute;

    private readonly LineFile? _file;
    private readonly List<string> _entries = [];

    /// <summary>Reads what there is.</summary>
    /// <param name="path">The newest file, made with the first entry; null to keep entries for this session only.</param>
    /// <param name="warn">Told why nothing is kept, when the file cannot be used.</param>
    internal PromptHistory(string? path, Action<string> warn)
    {
        try
        {
            if (path is not null)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!, OwnerOnly);
                var file = new LineFile(path, FileBytesMax, FilesMax, OwnerReadsAndWrites);
                _entries.AddRange(file.Paths.SelectMany(File.ReadLines).TakeLast(EntriesMax).Select(Unescape));
                _file = file;
            }
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
        try
        {
            _file?.Append(Encoding.UTF8.GetBytes(Escape(entry) + "\n"));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The entry is kept for this session; a full disk is no reason to lose a query's answer.
        }
    }

    private static string Escape(string entry) => entry
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("\n", "\\n", StringComparison.Ordinal)
        .Replace("\r", "\\r", StringComparison.Ordinal);

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
