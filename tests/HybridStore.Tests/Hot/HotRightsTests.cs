using HybridStore.Hot;
using HybridStore.Tests.Support;
using Npgsql;
using Xunit;

namespace HybridStore.Tests.Hot;

/// <summary>Roles with exactly the rights that Hot/README.md names, and with one less.</summary>
public sealed class HotRightsTests(PostgresServer server) : IAsyncLifetime
{
    private const string Password = "hunter2-of-the-loader";
    private readonly TemporaryFolder _folder = new();
    private readonly string _loader = $"loader_{Guid.NewGuid():n}";
    private readonly string _reader = $"reader_{Guid.NewGuid():n}";
    private TestDatabase _database = null!;
    private TestLake _lake = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await server.CreateDatabaseAsync();
        _lake = new TestLake(_folder.File("lake"), TestLake.Quotes);
        for (var day = 1; day <= 6; day++) _lake.AddQuotes("IBM", $"2013-10-0{day}", 100).AddQuotes("AIG", $"2013-10-0{day}", 50);
        await _database.RunAsync(
            $"create role {_loader} login password '{Password}'; create role {_reader} login password '{Password}'; revoke all on database {_database.Name} from public; revoke create on schema public from public; "
            + $"grant connect on database {_database.Name} to {_loader}, {_reader}");
    }

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        await _database.RunAsync($"drop owned by {_loader}, {_reader} cascade; drop role {_loader}, {_reader}");
        await _database.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("grant create on database {database} to {loader}; grant create on schema public to {loader}")]
    [InlineData("create schema hybrid authorization {loader}; grant create on schema public to {loader}")]
    public async Task A_role_with_the_documented_rights_can_do_everything_and_a_reader_reads(string grants)
    {
        await GrantAsync(grants);
        await using var tier = await OpenAsync();

        await tier.LoadHistoricalAsync(_lake.Snapshot, ["IBM"], TestLake.Day("2013-10-01"), HotHold.Pinned, HotIndex.Btree, null, Cancellation);
        await tier.LoadHistoricalAsync(_lake.Snapshot, ["AIG"], TestLake.Day("2013-10-01"), HotHold.Pinned, HotIndex.Brin, null, Cancellation);
        Assert.Equal(300, (await tier.SyncAsync(_lake.Snapshot, 2, null, HotIndex.Btree, null, Cancellation)).RowsLoaded);
        Assert.Equal(150, (await tier.SyncAsync(_lake.Snapshot, 1, null, HotIndex.Btree, null, Cancellation)).RowsEvicted);
        Assert.Empty((await tier.VerifyAsync(_lake.Snapshot, null, Cancellation)).Problems);
        Assert.Equal(300, Assert.Single((await tier.StatusAsync(Cancellation)).Datasets).Rows);
        await using (var loader = Connect(_loader)) await loader.RunAsync($"grant select on quotes to {_reader}; grant usage on schema hybrid to {_reader}; grant select on hybrid.coverage to {_reader}");
        await using (var reader = Connect(_reader))
        {
            Assert.Equal(["300"], await reader.AskAsync("select count(*) from quotes"));
            Assert.Equal(["4"], await reader.AskAsync("select count(*) from hybrid.coverage"));
            await Assert.ThrowsAsync<PostgresException>(() => reader.RunAsync("delete from quotes"));
            await Assert.ThrowsAsync<PostgresException>(() => reader.RunAsync("delete from hybrid.days"));
        }

        Assert.Equal(300, (await tier.EvictAsync(_lake.Snapshot, null, null, discard: false, Cancellation)).RowsEvicted);
    }

    [Theory]
    [InlineData("grant create on schema public to {loader}")]
    [InlineData("grant create on database {database} to {loader}")]
    public async Task A_role_with_one_right_less_is_told_which_it_needs(string grants)
    {
        await GrantAsync(grants);
        await using var tier = await OpenAsync();

        var error = await Assert.ThrowsAsync<StoreException>(() => tier.SyncAsync(_lake.Snapshot, 2, null, HotIndex.Btree, null, Cancellation));

        Assert.Equal(StoreErrorKind.Environment, error.Kind);
        Assert.Contains("hybrid needs CREATE on the database and on schema public", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Password, error.ToString(), StringComparison.Ordinal);
        Assert.Equal(["0"], await _database.AskAsync("select count(*) from pg_class where relname ~ '^quotes'"));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(3, 2)]
    [InlineData(5, 3)]
    public async Task A_load_takes_half_of_the_connections_that_are_left(int limit, int expected)
    {
        await GrantAsync("grant create on database {database} to {loader}; grant create on schema public to {loader}");
        await _database.RunAsync($"alter role {_loader} connection limit {limit}");
        await using (var connection = new NpgsqlConnection(Address(_loader)))
        {
            await connection.OpenAsync(Cancellation);
            Assert.Equal(expected, await HotConnections.ChooseAsync(connection, 8, Cancellation));
        }

        await using var tier = await OpenAsync();
        tier.ConnectionsMax = 8;

        Assert.Equal(900, (await tier.SyncAsync(_lake.Snapshot, 6, null, HotIndex.Btree, null, Cancellation)).RowsLoaded);
    }

    [Fact]
    public async Task A_connection_that_somebody_else_took_is_done_without()
    {
        await _database.RunAsync($"alter role {_loader} connection limit 1");
        await using var source = NpgsqlDataSource.Create(Address(_loader));
        await using var taken = await source.OpenConnectionAsync(Cancellation);

        Assert.Null(await HotConnections.TryOpenAsync(source, Cancellation));
    }

    private Task GrantAsync(string grants) =>
        _database.RunAsync(grants.Replace("{database}", _database.Name, StringComparison.Ordinal).Replace("{loader}", _loader, StringComparison.Ordinal));

    private string Address(string role) => new NpgsqlConnectionStringBuilder(_database.Address) { Username = role, Password = Password, Pooling = false }.ConnectionString;

    private TestDatabase Connect(string role) => new(new NpgsqlConnectionStringBuilder(Address(role)));

    private Task<HotTier> OpenAsync()
    {
        var address = new NpgsqlConnectionStringBuilder(_database.Address) { Username = _loader, Password = Password }.ConnectionString + ";";
        return HotTier.OpenAsync(new StorePaths("/nowhere"), name => name == "HYBRID_PG" ? address : null, TimeProvider.System, Cancellation);
    }
}
