using HybridStore.Hot;
using HybridStore.Tests.Support;
using Npgsql;
using Xunit;

[assembly: AssemblyFixture(typeof(PostgresServer))]

namespace HybridStore.Tests.Support;

/// <summary>One Postgres for all tests of a run; each test makes a database of its own in it.</summary>
/// <remarks>The embedded one, or the one that <c>HYBRID_TEST_PG</c> names, to run the same tests on another version.</remarks>
public sealed class PostgresServer : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SemaphoreSlim _gate = new(1);
    private readonly NpgsqlConnectionStringBuilder? _other = PostgresAddress.Read(name => name == "HYBRID_PG" ? Environment.GetEnvironmentVariable("HYBRID_TEST_PG") : null);
    private EmbeddedServer? _server;

    /// <summary>The server's data; the test is skipped where it is another's server.</summary>
    internal string DataFolder
    {
        get
        {
            Assert.SkipUnless(_other is null, "HYBRID_TEST_PG names a server whose files are not ours.");
            return EmbeddedPlace.FindData(new StorePaths(_folder.File("store")))!;
        }
    }

    /// <summary>Makes an empty database.</summary>
    internal Task<TestDatabase> CreateDatabaseAsync() => CreateDatabaseAsync("template1");

    /// <summary>Makes a database with what another holds, to which nobody is connected.</summary>
    internal Task<TestDatabase> CopyDatabaseAsync(TestDatabase template) => CreateDatabaseAsync(template.Name);

    /// <summary>Drops a database that nobody needs any more, for tests that make many; whoever is connected is thrown out.</summary>
    internal Task DropDatabaseAsync(TestDatabase database) => ExecuteAsync($"drop database {database.Name} with (force)");

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        if (_server is not null) await new EmbeddedPostgres(new StorePaths(_folder.File("store")), TimeProvider.System).DeleteAsync(CancellationToken.None);
        _folder.Dispose();
        _gate.Dispose();
    }

    private async Task<TestDatabase> CreateDatabaseAsync(string template)
    {
        var name = $"test_{Guid.NewGuid():n}";
        await ExecuteAsync($"create database {name} template {template}");
        return new TestDatabase(new NpgsqlConnectionStringBuilder((await FindAddressAsync()).ConnectionString) { Database = name });
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection((await FindAddressAsync()).ConnectionString);
        await connection.OpenAsync();
        // Making and dropping a database waits for a checkpoint of the whole server, which all tests keep busy: more than Npgsql's 30 seconds on a loaded disk.
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 300 };
        await command.ExecuteNonQueryAsync();
    }

    private async Task<NpgsqlConnectionStringBuilder> FindAddressAsync() => _other ?? (await StartAsync()).Connection("postgres");

    private async Task<EmbeddedServer> StartAsync()
    {
        await _gate.WaitAsync();
        try
        {
            return _server ??= await new EmbeddedPostgres(new StorePaths(_folder.File("store")), TimeProvider.System).StartAsync(CancellationToken.None);
        }
        finally
        {
            _gate.Release();
        }
    }
}
