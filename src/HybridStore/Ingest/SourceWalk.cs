using HybridStore.Native.Posix;

namespace HybridStore.Ingest;

/// <summary>Lists the files below a folder, through links to other folders, too: each folder once, so that links in a circle end.</summary>
internal static class SourceWalk
{
    /// <summary>Lists all paths that are no folders: regular files, and links, pipes, sockets and devices as well.</summary>
    /// <param name="root">An existing folder.</param>
    /// <exception cref="UnauthorizedAccessException">A folder may not be read.</exception>
    /// <exception cref="IOException">A folder cannot be read.</exception>
    internal static IEnumerable<string> PathsBelow(string root)
    {
        var seen = new HashSet<(ulong Device, ulong Inode)>();
        var open = new Stack<string>([root]);
        while (open.TryPop(out var folder))
        {
            if (FileStatus.Of(folder) is { } status && !seen.Add((status.Device, status.Inode))) continue;
            foreach (var path in Directory.EnumerateFiles(folder)) yield return path;
            // Where the system does not tell folders apart, links between them are not followed.
            foreach (var below in Directory.EnumerateDirectories(folder))
            {
                if (OperatingSystem.IsLinux() || new DirectoryInfo(below).LinkTarget is null) open.Push(below);
            }
        }
    }
}
