using System.Globalization;
using Npgsql;

namespace HybridStore.Hot;

/// <summary>Says which sessions have hybrid's tables in use, for messages.</summary>
internal static class LockHolders
{
    /// <summary>Says who.</summary>
    /// <param name="connection">Without a transaction that failed.</param>
    /// <param name="table">A table with its days; null for all that are hybrid's. The books are looked at in either case.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>Such as <c>pid 4711 (psql, user ann, idle in transaction since 2026-11-28 19:55:01Z)</c>; empty when nobody has them in use any more.</returns>
    internal static async Task<string> DescribeAsync(NpgsqlConnection connection, string? table, CancellationToken cancellationToken)
    {
        try
        {
            return string.Join(", ", await connection.ReadAsync(HotTableSql.FindHolders, Describe, cancellationToken, table).ConfigureAwait(false));
        }
        catch (NpgsqlException)
        {
            return ""; // What is to be reported has happened already; this is a detail of it.
        }
    }

    /// <summary>An account without rights on others' sessions sees no state and no time.</summary>
    private static string Describe(NpgsqlDataReader reader)
    {
        var name = reader.IsDBNull(1) || reader.GetString(1).Length == 0 ? "no name" : reader.GetString(1);
        var user = reader.IsDBNull(2) ? "" : $", user {reader.GetString(2)}";
        var state = reader.IsDBNull(3) ? "" : $", {reader.GetString(3)}";
        var since = reader.IsDBNull(4) ? "" : reader.GetDateTime(4).ToString(" 'since' yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        return $"pid {reader.GetInt32(0)} ({name}{user}{state}{since})";
    }
}
