using System.Globalization;
using HybridStore.Native.DuckDb;

namespace HybridStore;

/// <summary>Opens every DuckDB database of this library: limits its memory and threads, and gives it a folder for what it spills.</summary>
/// <remarks>DuckDB by itself takes four fifths of the memory and every core, and spills into the current folder.</remarks>
internal static class BoundedDatabase
{
    /// <summary>DuckDB's own share of the machine's memory where that is less than <see cref="MemoryBytesMax"/>.</summary>
    private const double MemoryShareMax = 0.8;

    private const long MemoryBytesMax = 2L << 30;

    /// <summary>Each thread has buffers that the memory limit does not count.</summary>
    private const int ThreadsMax = 4;

    /// <summary>Opens a database in memory.</summary>
    /// <param name="threads">
    /// Threads for all of its statements together; null for up to four. One gives rows in the order in which they are stored.
    /// </param>
    /// <param name="memoryBytes">Its memory; null for up to 2 GiB.</param>
    /// <param name="spillFolder">
    /// Where it puts what does not fit into memory; DuckDB makes it when it is needed. Null for one of its own among the temporary files.
    /// </param>
    /// <param name="settings">More settings of DuckDB, by name.</param>
    /// <exception cref="DuckDbException">DuckDB refused a setting.</exception>
    /// <exception cref="DllNotFoundException">The library is missing or of another version.</exception>
    internal static DuckDbDatabase Open(
        int? threads = null,
        long? memoryBytes = null,
        string? spillFolder = null,
        params ReadOnlySpan<(string Name, string Value)> settings)
    {
        var own = spillFolder is null ? SpillFolder.Create() : null;
        var all = new Dictionary<string, string>
        {
            ["threads"] = (threads ?? Math.Min(Environment.ProcessorCount, ThreadsMax)).ToString(CultureInfo.InvariantCulture),
            ["memory_limit"] = string.Create(CultureInfo.InvariantCulture, $"{memoryBytes ?? DefaultMemoryBytes}B"),
            ["temp_directory"] = spillFolder ?? own!.Path,
        };
        foreach (var (name, value) in settings) all[name] = value;
        return DuckDbDatabase.Open(null, all, own);
    }

    /// <summary>For a user's statement, which runs alone: four fifths of the memory that this process may have.</summary>
    internal static long StatementMemoryBytes => AvailableBytes is > 0 and var bytes ? (long)(MemoryShareMax * bytes) : MemoryBytesMax;

    private static long DefaultMemoryBytes => Math.Min(MemoryBytesMax, StatementMemoryBytes);

    private static long AvailableBytes => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
}
