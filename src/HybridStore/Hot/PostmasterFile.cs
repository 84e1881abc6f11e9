using HybridStore.Native.Posix;

namespace HybridStore.Hot;

/// <summary>What a Postgres server writes about itself into <c>postmaster.pid</c>.</summary>
/// <param name="ProcessId">The server's process.</param>
/// <param name="Port">Where it listens.</param>
/// <param name="SocketFolder">The folder of its socket; empty without one.</param>
/// <param name="IsReady">Whether it takes connections.</param>
/// <remarks>Source: PostgreSQL, <c>pidfile.h</c>: one fact a line; the last one, the status, comes when there is something to say.</remarks>
internal sealed record PostmasterFile(int ProcessId, int Port, string SocketFolder, bool IsReady)
{
    /// <summary>The file's place.</summary>
    /// <param name="dataFolder">The server's data.</param>
    internal static string PathIn(string dataFolder) => Path.Combine(dataFolder, "postmaster.pid");

    /// <summary>Reads the file.</summary>
    /// <param name="dataFolder">The server's data.</param>
    /// <returns>Null when there is none, or nothing in it yet.</returns>
    internal static PostmasterFile? Read(string dataFolder)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(PathIn(dataFolder));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }

        if (lines.Length == 0 || !int.TryParse(lines[0], out var processId)) return null;
        _ = int.TryParse(lines.ElementAtOrDefault(3), out var port);
        return new PostmasterFile(processId, port, lines.ElementAtOrDefault(4) ?? "", lines.ElementAtOrDefault(7)?.TrimEnd() == "ready");
    }

    /// <summary>Whether the process runs and works on this data: a crash leaves the file, and its number may be another's by now.</summary>
    /// <param name="dataFolder">The server's data.</param>
    internal bool IsAliveOn(string dataFolder)
    {
        if (!OperatingSystem.IsLinux()) return IsAlive();
        // A server's working folder is its data folder, whatever path led there.
        return FileStatus.Of($"/proc/{ProcessId}/cwd") is { } working
            && FileStatus.Of(dataFolder) is { } data
            && (working.Device, working.Inode) == (data.Device, data.Inode);
    }

    private bool IsAlive()
    {
        try
        {
            using var process = System.Diagnostics.Process.GetProcessById(ProcessId);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
