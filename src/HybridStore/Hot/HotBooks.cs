using System.IO.Hashing;
using HybridStore.Schema;
using Npgsql;

namespace HybridStore.Hot;

/// <summary>What is hot, as schema <c>hybrid</c> says; written in the same transaction as the rows.</summary>
/// <param name="connection">A connection; its transaction, if it has one, is the books' too.</param>
internal sealed class HotBooks(NpgsqlConnection connection)
{
    /// <summary>Makes the books when there are none, and adds what those of an earlier hybrid lack.</summary>
    /// <exception cref="StoreException">Environment: they are of a version that this program does not know.</exception>
    internal async Task EnsureAsync(CancellationToken cancellationToken)
    {
        var isCurrent = await ReadVersionAsync(cancellationToken).ConfigureAwait(false) == HotBooksSql.Version;
        if (isCurrent && !await HidesPublicAsync(cancellationToken).ConfigureAwait(false)) return;
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await connection.ExecuteAsync(HotTableSql.NoTimeouts, cancellationToken).ConfigureAwait(false);
        await connection.ExecuteAsync(HotBooksSql.LockSchema, cancellationToken).ConfigureAwait(false);
        var hasSchema = await connection.ScalarAsync(HotBooksSql.FindSchema, cancellationToken).ConfigureAwait(false) is not 0L;
        if (!hasSchema) await connection.ExecuteAsync(HotBooksSql.CreateSchema, cancellationToken).ConfigureAwait(false);
        for (var version = await ReadVersionAsync(cancellationToken).ConfigureAwait(false); version < HotBooksSql.Version; version++)
        {
            await connection.ExecuteAsync(HotBooksSql.Steps[version], cancellationToken).ConfigureAwait(false);
            await connection.ExecuteAsync(HotBooksSql.PutVersion, cancellationToken, version + 1).ConfigureAwait(false);
        }

        if (await HidesPublicAsync(cancellationToken).ConfigureAwait(false)) await connection.ExecuteAsync(HotBooksSql.SetSearchPath, cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task<bool> HidesPublicAsync(CancellationToken cancellationToken) =>
        await connection.ScalarAsync(HotBooksSql.HidesPublic, cancellationToken).ConfigureAwait(false) is true;

    /// <summary>Whether there are books.</summary>
    /// <exception cref="StoreException">Environment: they are of a version that this program does not know.</exception>
    internal async Task<bool> ExistAsync(CancellationToken cancellationToken) => await ReadVersionAsync(cancellationToken).ConfigureAwait(false) > 0;

    /// <summary>The books' version; 0 when there are none.</summary>
    private async Task<int> ReadVersionAsync(CancellationToken cancellationToken)
    {
        if (await connection.ScalarAsync(HotBooksSql.FindBooks, cancellationToken).ConfigureAwait(false) is 0L) return 0;
        var version = await connection.ScalarAsync(HotBooksSql.ReadVersion, cancellationToken).ConfigureAwait(false);
        if (version is >= 1 and <= HotBooksSql.Version) return (int)version;
        throw new StoreException(
            StoreErrorKind.Environment,
            $"{connection.Database}: schema hybrid has books of version {version ?? "none"}, expected up to {HotBooksSql.Version}. Use the hybrid that made them, or drop the schema and its tables and run 'hybrid sync'.");
    }

    /// <summary>Lets one transaction at a time change a day of a dataset; released at its end.</summary>
    internal Task LockDayAsync(string dataset, DateOnly date, CancellationToken cancellationToken)
    {
        var key = unchecked((long)XxHash64.HashToUInt64(System.Text.Encoding.UTF8.GetBytes($"{dataset}/{date:O}")));
        return connection.ExecuteAsync(HotBooksSql.LockDay, cancellationToken, key);
    }

    /// <summary>The symbol-days that are hot.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="range">The days.</param>
    /// <param name="symbols">The symbols; null for all.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <param name="skip">Days to leave out.</param>
    internal async Task<Dictionary<(string Symbol, DateOnly Date), HotSymbolDay>> ReadAsync(
        string dataset, DateRange range, IReadOnlyCollection<string>? symbols, CancellationToken cancellationToken, IEnumerable<DateOnly>? skip = null)
    {
        var names = new SymbolPool();
        var rows = await connection.ReadAsync(HotBooksSql.ReadSymbolDays, Read, cancellationToken, dataset, range.From, range.To, symbols?.ToArray(), skip?.ToArray()).ConfigureAwait(false);
        return rows.ToDictionary(row => (row.Symbol, row.Date));

        HotSymbolDay Read(NpgsqlDataReader reader) => new(
            names.Share(reader.GetString(0)),
            reader.GetFieldValue<DateOnly>(1),
            reader.GetInt64(2),
            reader.GetInt64(3),
            reader.GetInt64(4),
            new HotHold((HotHoldKind)reader.GetInt16(5), reader.IsDBNull(6) ? null : reader.GetFieldValue<DateTimeOffset>(6)));
    }

    /// <summary>The days that are hot, with the number of their symbols.</summary>
    internal async Task<Dictionary<DateOnly, long>> CountSymbolsAsync(string dataset, CancellationToken cancellationToken)
    {
        var rows = await connection.ReadAsync(HotBooksSql.CountSymbols, reader => (reader.GetFieldValue<DateOnly>(0), reader.GetInt64(1)), cancellationToken, dataset).ConfigureAwait(false);
        return rows.ToDictionary();
    }

    /// <summary>The days of which every symbol was loaded, with the fingerprint of the day's files then.</summary>
    internal async Task<Dictionary<DateOnly, long>> ReadWholeDaysAsync(string dataset, CancellationToken cancellationToken)
    {
        var rows = await connection.ReadAsync(HotBooksSql.ReadWholeDays, reader => (reader.GetFieldValue<DateOnly>(0), reader.GetInt64(1)), cancellationToken, dataset).ConfigureAwait(false);
        return rows.ToDictionary();
    }

    /// <summary>A day's table.</summary>
    /// <returns>Null when the day has none.</returns>
    internal async Task<(string Leaf, LeafIndex Index)?> FindDayAsync(string dataset, DateOnly date, CancellationToken cancellationToken)
    {
        var rows = await connection.ReadAsync(HotBooksSql.ReadDay, reader => (reader.GetString(0), (LeafIndex)reader.GetInt16(1)), cancellationToken, dataset, date).ConfigureAwait(false);
        return rows.Count > 0 ? rows[0] : null;
    }

    /// <summary>Writes down a day's table.</summary>
    internal Task PutDayAsync(string dataset, DateOnly date, string leaf, LeafIndex index, long? wholeDayFingerprint, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(HotBooksSql.PutDay, cancellationToken, dataset, date, leaf, (short)index, wholeDayFingerprint);

    /// <summary>Writes down symbol-days of one day.</summary>
    internal Task PutAsync(string dataset, DateOnly date, DateTimeOffset now, IReadOnlyList<(SymbolDay Lake, ulong Checksum, HotHold Hold)> days, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(
            HotBooksSql.PutSymbolDays,
            cancellationToken,
            dataset,
            date,
            now.UtcDateTime,
            days.Select(day => day.Lake.Symbol).ToArray(),
            days.Select(day => day.Lake.LakeVersion).ToArray(),
            days.Select(day => day.Lake.Fingerprint).ToArray(),
            days.Select(day => day.Lake.RowCount).ToArray(),
            days.Select(day => unchecked((long)day.Checksum)).ToArray(),
            days.Select(day => (short)day.Hold.Kind).ToArray(),
            days.Select(day => day.Hold.Until?.UtcDateTime).ToArray());

    /// <summary>Makes symbol-days stay longer; one that stays longer already is left as it is.</summary>
    internal Task PutHoldsAsync(string dataset, HotHold hold, IReadOnlyList<SymbolDay> days, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(
            HotBooksSql.PutHolds,
            cancellationToken,
            dataset,
            (short)hold.Kind,
            hold.Until?.UtcDateTime,
            days.Select(day => day.Symbol).ToArray(),
            days.Select(day => day.Date).ToArray());

    /// <summary>The days that have a table.</summary>
    internal Task<List<DateOnly>> ReadDaysAsync(string dataset, CancellationToken cancellationToken) =>
        connection.ReadAsync(HotBooksSql.ReadDays, reader => reader.GetFieldValue<DateOnly>(0), cancellationToken, dataset);

    /// <summary>Writes down that a symbol-day is not as the lake's, whatever the lake has.</summary>
    internal async Task MarkAsync(string dataset, DateOnly date, string symbol, long rowCount, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync(HotBooksSql.Mark, cancellationToken, dataset, date, symbol, rowCount).ConfigureAwait(false);
        await connection.ExecuteAsync(HotBooksSql.ForgetWholeDay, cancellationToken, dataset, date).ConfigureAwait(false);
    }

    /// <summary>Forgets symbols of a day, and that the day was whole.</summary>
    internal async Task DeleteAsync(string dataset, DateOnly date, IReadOnlyCollection<string> symbols, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync(HotBooksSql.DeleteSymbolDays, cancellationToken, dataset, date, symbols.ToArray()).ConfigureAwait(false);
        await connection.ExecuteAsync(HotBooksSql.ForgetWholeDay, cancellationToken, dataset, date).ConfigureAwait(false);
    }

    /// <summary>Forgets a day.</summary>
    internal async Task DeleteDayAsync(string dataset, DateOnly date, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync(HotBooksSql.DeleteAllSymbolDays, cancellationToken, dataset, date).ConfigureAwait(false);
        await connection.ExecuteAsync(HotBooksSql.DeleteDay, cancellationToken, dataset, date).ConfigureAwait(false);
    }

    /// <summary>What all hot tables and their indexes take on the server's disk, as far as it is committed.</summary>
    internal async Task<long> ReadBytesAsync(CancellationToken cancellationToken) => (long)(await connection.ScalarAsync(HotBooksSql.ReadBytes, cancellationToken).ConfigureAwait(false))!;

    /// <summary>What is hot, by dataset.</summary>
    internal Task<List<HotDatasetStatus>> ReadStatusAsync(CancellationToken cancellationToken) => connection.ReadAsync(
        HotBooksSql.Status,
        reader => new HotDatasetStatus(
            reader.GetString(0),
            reader.GetInt64(1),
            reader.GetInt64(8),
            reader.GetInt32(2),
            reader.GetInt32(3),
            reader.GetInt32(4),
            reader.GetInt32(5),
            reader.IsDBNull(6) ? null : reader.GetFieldValue<DateOnly>(6),
            reader.IsDBNull(7) ? null : reader.GetFieldValue<DateOnly>(7)),
        cancellationToken);
}
