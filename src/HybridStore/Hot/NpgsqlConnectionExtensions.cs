using Npgsql;
using NpgsqlTypes;

namespace HybridStore.Hot;

/// <summary>Statements with parameters by position, in a line.</summary>
internal static class NpgsqlConnectionExtensions
{
    private static readonly DateOnly PostgresEpoch = new(2000, 1, 1);

    internal static async Task<int> ExecuteAsync(this NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params object?[] values)
    {
        await using var command = Command(connection, sql, values);
        return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    internal static async Task<object?> ScalarAsync(this NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params object?[] values)
    {
        await using var command = Command(connection, sql, values);
        var value = await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false);
        return value is DBNull ? null : value;
    }

    internal static async Task<List<T>> ReadAsync<T>(this NpgsqlConnection connection, string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken, params object?[] values)
    {
        await using var command = Command(connection, sql, values);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false)) rows.Add(read(reader));
        return rows;
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, object?[] values)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values) command.Parameters.Add(Parameter(value));
        return command;
    }

    /// <remarks>
    /// Npgsql takes the type of an array of instants from its first element, and without a time zone when that is null. It sends the first and
    /// the last <see cref="DateOnly"/> as infinities; days by their number stay days.
    /// </remarks>
    private static NpgsqlParameter Parameter(object? value) => value switch
    {
        DateTime?[] instants => new NpgsqlParameter { Value = instants, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz },
        DateOnly date => new NpgsqlParameter { Value = PostgresDay(date), NpgsqlDbType = NpgsqlDbType.Date },
        DateOnly[] dates => new NpgsqlParameter { Value = PostgresDays(dates), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Date },
        _ => new NpgsqlParameter { Value = value ?? DBNull.Value },
    };

    private static int[] PostgresDays(DateOnly[] dates) => Array.ConvertAll(dates, PostgresDay);

    private static int PostgresDay(DateOnly date) => date.DayNumber - PostgresEpoch.DayNumber;
}
