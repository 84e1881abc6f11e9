using Npgsql;

namespace HybridStore.Hot;

/// <summary>How many connections load days side by side: as many as cores, memory and the server have to give.</summary>
internal static class HotConnections
{
    private const int CountMax = 8;

    /// <summary>What a connection takes on the machine of an embedded server: a backend that sorts an index, and the lake's reader here.</summary>
    private const long MemoryBytes = 512L << 20;

    /// <summary>As many as this machine is good for.</summary>
    internal static int Default() => (int)Math.Clamp(Math.Min(Environment.ProcessorCount, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / MemoryBytes), 1, CountMax);

    /// <summary>As many as the server has to give: of what is free half is left to others.</summary>
    /// <param name="connection">The one that is open already.</param>
    /// <param name="wanted">At most so many, this one among them.</param>
    /// <param name="cancellationToken">Stops.</param>
    internal static async Task<int> ChooseAsync(NpgsqlConnection connection, int wanted, CancellationToken cancellationToken)
    {
        if (wanted <= 1) return 1;
        var free = (int)(await connection.ScalarAsync(ServerSql.FreeConnections, cancellationToken).ConfigureAwait(false))!;
        return Math.Clamp(1 + free / 2, 1, wanted);
    }

    /// <summary>Opens one more.</summary>
    /// <param name="source">Where.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>Null when the server has none left.</returns>
    internal static async Task<NpgsqlConnection?> TryOpenAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        try
        {
            return await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.TooManyConnections)
        {
            return null;
        }
    }
}
