using HybridStore.Schema;
using Npgsql;

namespace HybridStore.Hot;

/// <summary>The queue of requests in <c>hybrid.requests</c>, as one server sees it.</summary>
/// <param name="connection">Used by nobody else meanwhile; a request that was taken is this server's until its transaction ends.</param>
internal sealed class HotRequestQueue(NpgsqlConnection connection)
{
    /// <summary>Takes the oldest request that no server is at.</summary>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>Null when there is none.</returns>
    /// <remarks>Within a transaction. When it ends without <see cref="FinishAsync"/>, by the death of this process say, the request is free again.</remarks>
    internal async Task<HotRequest?> TryTakeAsync(CancellationToken cancellationToken)
    {
        var taken = await connection.ReadAsync(HotRequestsSql.Take, Read, cancellationToken).ConfigureAwait(false);
        if (taken.Count == 0) return null;
        await connection.ExecuteAsync(HotRequestsSql.Show, cancellationToken, taken[0].Id).ConfigureAwait(false);
        return taken[0];

        static HotRequest Read(NpgsqlDataReader reader) => new(
            reader.GetInt64(0),
            reader.GetString(1),
            reader.IsDBNull(2) ? null : reader.GetFieldValue<string[]>(2),
            new DateRange(reader.GetFieldValue<DateOnly>(3), reader.GetFieldValue<DateOnly>(4)),
            reader.IsDBNull(5) ? HotHold.Window : HotHold.Leased(reader.GetFieldValue<DateTimeOffset>(5)));
    }

    /// <summary>Counts an attempt; outside of the transaction that holds the request, so that it counts whatever happens.</summary>
    /// <returns>Which attempt it is, and what the one before ended with, if anything.</returns>
    internal async Task<(int Attempt, string? Error)> BeginAsync(long id, CancellationToken cancellationToken) =>
        (await connection.ReadAsync(HotRequestsSql.Begin, reader => (reader.GetInt32(0), reader.IsDBNull(1) ? null : reader.GetString(1)), cancellationToken, id).ConfigureAwait(false))[0];

    /// <summary>Takes back the count of an attempt that was stopped on purpose.</summary>
    internal Task ReturnAsync(long id) => connection.ExecuteAsync(HotRequestsSql.Return, CancellationToken.None, id);

    /// <summary>Writes down how far it is.</summary>
    internal Task PutProgressAsync(long id, HotProgress progress, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(HotRequestsSql.Progress, cancellationToken, id, progress.Rows, progress.RowsTotal);

    /// <summary>Writes down why an attempt ended that will be made again.</summary>
    internal Task PutErrorAsync(long id, string error, CancellationToken cancellationToken) => connection.ExecuteAsync(HotRequestsSql.Error, cancellationToken, id, error);

    /// <summary>Writes down how it ended.</summary>
    internal Task FinishAsync(long id, bool isDone, string message, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(HotRequestsSql.Finish, cancellationToken, id, isDone ? "done" : "failed", message);

    /// <summary>Forgets requests that ended long ago.</summary>
    internal Task ForgetOldAsync(CancellationToken cancellationToken) => connection.ExecuteAsync(HotRequestsSql.Forget, cancellationToken);
}
