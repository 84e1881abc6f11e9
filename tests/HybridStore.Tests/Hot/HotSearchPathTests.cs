using HybridStore.Hot;
using HybridStore.Tests.Support;
using Npgsql;
using Xunit;

namespace HybridStore.Tests.Hot;

/// <summary>The embedded server's role has the name of the books' schema: unqualified names mean the hot tables all the same.</summary>
public sealed class HotSearchPathTests(PostgresServer server) : HotWorld(server)
{
    [Theory]
    [InlineData("days")]
    [InlineData("books")]
    [InlineData("requests")]
    public async Task A_dataset_with_the_name_of_one_of_the_books_is_asked_by_name(string name)
    {
        var lake = new TestLake(Folder.File("lake"), TestLake.Quotes with { Name = name }).AddQuotes("IBM", "2013-10-07", 20);
        await SyncAsync(lake, 1);

        Assert.Equal("IBM 20", await AskAsync($"select min(symbol) || ' ' || count(*) from {name}"));
    }

    [Fact]
    public async Task A_client_that_replaces_a_table_of_the_books_name_does_not_touch_the_books()
    {
        var lake = Week();
        await SyncAsync(lake, 2);

        await AskAsync("drop table if exists days; create table days (a int); insert into days values (1); create view symbol_days as select * from days");

        Assert.Equal("public public", await AskAsync("select string_agg(schemaname, ' ') from (select schemaname from pg_tables where tablename = 'days' and tableowner = current_user and schemaname <> 'hybrid' union all select schemaname from pg_views where viewname = 'symbol_days') s"));
        Assert.Equal((600, 4), ((await SyncAsync(lake, 4)).RowsLoaded, (await SyncAsync(lake, 2)).PartitionsEvicted));
    }

    [Fact]
    public async Task A_role_that_was_there_before_gets_the_path_and_one_that_has_a_path_keeps_it()
    {
        Assert.SkipUnless(await AskAsync("select session_user::text") == EmbeddedPostgres.User, "The role of HYBRID_TEST_PG has another name.");
        await SyncAsync(Week(), 1);
        await AskAsync($"alter role hybrid in database {Database.Name} reset search_path");
        Assert.Equal("\"$user\", public", await AskAsync("show search_path"));

        await SyncAsync(Week(), 1);
        Assert.Equal("public", await AskAsync("show search_path"));

        await AskAsync($"create schema mine; alter role hybrid in database {Database.Name} set search_path = mine, public");
        await SyncAsync(Week(), 1);
        Assert.Equal("mine, public", await AskAsync("show search_path"));
    }

    /// <summary>Asks in a session of its own, as a client does that comes later.</summary>
    private async Task<string?> AskAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(Database.Address) { Pooling = false }.ConnectionString);
        await connection.OpenAsync(Cancellation);
        await using var command = new NpgsqlCommand(sql, connection);
        return (await command.ExecuteScalarAsync(Cancellation))?.ToString();
    }
}
