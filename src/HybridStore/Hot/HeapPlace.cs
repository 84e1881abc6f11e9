using HybridStore.Native.Posix;
using HybridStore.Native.Postgres;
using Npgsql;

namespace HybridStore.Hot;

/// <summary>A server whose files this process may write, and whose pages are as <see cref="PgHeapEncoder"/> makes them.</summary>
/// <param name="DataFolder">The folder of the server's data.</param>
/// <param name="Owner">Whose files they are, when this process is root; otherwise null.</param>
/// <param name="HasChecksums">Whether its pages have checksums.</param>
/// <param name="SegmentBytes">After how many bytes a table goes on in another file.</param>
/// <param name="RowsMin">From how many rows on the pages of a new leaf are written.</param>
/// <param name="LoadsSideBySide">Whether several days are loaded at once.</param>
/// <remarks>
/// wal_level has to be minimal: then the server itself expects no log of a table that is made in the same transaction, and writes it through to the disk at
/// the commit, whoever wrote its pages. Source: PostgreSQL, <c>smgrDoPendingSyncs</c>.
/// </remarks>
internal sealed record HeapPlace(string DataFolder, Account? Owner, bool HasChecksums, long SegmentBytes, long RowsMin, bool LoadsSideBySide)
{
    private const int MajorMin = 13;

    /// <summary>The newest whose pages are known.</summary>
    private const int MajorMax = 18;

    /// <summary>Asks a server whether it is one.</summary>
    /// <param name="connection">To a server of this machine.</param>
    /// <param name="dataFolder">Its data.</param>
    /// <param name="layout">The table that would be filled.</param>
    /// <param name="rowsMin">From how many rows on.</param>
    /// <param name="loadsSideBySide">Whether several days are loaded at once.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>Null when its tables have to be filled by COPY.</returns>
    internal static async Task<HeapPlace?> FindAsync(NpgsqlConnection connection, string dataFolder, HotLayout layout, long rowsMin, bool loadsSideBySide, CancellationToken cancellationToken)
    {
        // Where it is tested; and the processors for which pages are laid out.
        if (!OperatingSystem.IsLinux() || !BitConverter.IsLittleEndian || !Environment.Is64BitProcess || !layout.LeafColumns.All(column => PgHeapEncoder.CanHold(column.CopyType))) return null;
        Account? owner = null;
        if (Environment.IsPrivilegedProcess)
        {
            owner = FileStatus.Of(dataFolder) is { } status ? Account.Find(status.UserId) : null;
            if (owner is null) return null;
        }

        var found = await connection.ReadAsync(
            ServerSql.PageFormat,
            reader => reader.GetBoolean(0) && reader.GetInt32(1) == PgPage.Bytes && reader.GetInt32(2) / 10_000 is >= MajorMin and <= MajorMax
                ? new HeapPlace(dataFolder, owner, reader.GetBoolean(3), reader.GetInt64(4), rowsMin, loadsSideBySide)
                : null,
            cancellationToken).ConfigureAwait(false);
        return found[0];
    }
}
