using System.Globalization;
using HybridStore.Hot;
using Npgsql;

namespace HybridStore.Tests.Support;

/// <summary>A Postgres database of a test's own.</summary>
internal sealed class TestDatabase : IAsyncDisposable
{
    private readonly NpgsqlDataSource _source;

    internal TestDatabase(NpgsqlConnectionStringBuilder builder)
    {
        builder.MaxPoolSize = 8;
        Password = builder.Password ?? "";
        Name = builder.Database!;
        Address = builder.ConnectionString + ";";
        _source = NpgsqlDataSource.Create(builder);
    }

    internal string Name { get; }

    internal string Address { get; }

    internal string Password { get; }

    /// <summary>The environment of a hybrid that uses this database.</summary>
    internal string? Environment(string name) => name == "HYBRID_PG" ? Address : null;

    internal Task<HotTier> OpenAsync() => HotTier.OpenAsync(new StorePaths("/nowhere"), Environment, TimeProvider.System, CancellationToken.None);

    internal async Task<NpgsqlConnection> ConnectAsync() => await _source.OpenConnectionAsync();

    internal async Task RunAsync(string sql)
    {
        await using var command = _source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>All rows, values with a bar between them.</summary>
    internal async Task<List<string>> AskAsync(string sql)
    {
        await using var command = _source.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
        {
            var values = Enumerable.Range(0, reader.FieldCount).Select(column => reader.IsDBNull(column) ? "null" : Convert.ToString(reader.GetValue(column), CultureInfo.InvariantCulture));
            rows.Add(string.Join('|', values));
        }

        return rows;
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();
}
