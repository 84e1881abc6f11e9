using System.Data;
using Dapper;
using HybridStore.Query;
using HybridStore.Tests.Support;
using Xunit;

namespace HybridStore.Tests.Query.Ado;

/// <summary>The store as ADO.NET and Dapper see it.</summary>
public sealed class StoreConnectionTests : IDisposable
{
    private const string LongQuery = "select sum(hash(a.range, b.range) % 7) from range(1000000) a, range(1000000) b";

    private readonly TemporaryFolder _folder = new();
    private readonly HybridProgram _program;
    private readonly Store _store;

    public StoreConnectionTests()
    {
        _program = new HybridProgram(_folder.File("store"));
        Ingest("a.csv", "IBM,2024-11-04 09:30:00,10.25,1", "IBM,2024-11-05 09:30:00,10.50,", "AIG,2024-11-04 09:30:01,20.5,3");
        _store = Store.Open(_program.Store);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_command_reads_rows_with_parameters_by_name_and_by_place()
    {
        using var connection = _store.OpenConnection();
        Assert.Equal(ConnectionState.Open, connection.State);
        using var command = connection.CreateCommand();
        foreach (var (text, name) in (Span<(string, string)>)[("$sym", "sym"), ("$SYM", "$sym"), ("?", ""), ("$1", "")])
        {
            command.CommandText = $"select time, price, size from trades where symbol = {text} order by time";
            command.Parameters.Clear();
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, "IBM");
            command.Parameters.Add(parameter);
            using var reader = command.ExecuteReader();
            Assert.True(reader.HasRows);
            Assert.True(reader.Read());
            Assert.Equal(new DateTime(2024, 11, 4, 9, 30, 0), reader.GetDateTime(0));
            Assert.Equal(10.25, reader.GetDouble(reader.GetOrdinal("PRICE")));
            Assert.Equal(1, reader.GetInt32(2));
            Assert.True(reader.Read());
            Assert.True(reader.IsDBNull(2));
            Assert.Equal(DBNull.Value, reader["size"]);
            Assert.Null(reader.GetFieldValue<long?>(2));
            Assert.False(reader.Read());
            Assert.Throws<InvalidOperationException>(() => reader.GetInt64(2));
        }
    }

    private sealed record Trade(DateTime Time, string Symbol, double Price, long? Size);

    [Fact]
    public void Dapper_maps_rows_lists_and_single_values()
    {
        using var connection = _store.OpenConnection();
        var trades = connection.Query<Trade>("select time, symbol, price, size from trades where symbol in $symbols order by time", new { symbols = new[] { "IBM", "AIG" } }).ToList();
        Assert.Equal(3, trades.Count);
        Assert.Equal(new Trade(new DateTime(2024, 11, 4, 9, 30, 0), "IBM", 10.25, 1), trades[0]);
        Assert.Null(trades[2].Size);
        Assert.Equal(2, connection.ExecuteScalar<int>("select count(*) from trades where symbol = $sym", new { sym = "IBM" }));
        Assert.Equal(new DateOnly(2024, 11, 5), connection.QuerySingle<DateOnly>("select max(date) from trades"));
        Assert.Equal(["AIG", "IBM"], connection.Query<string>("select distinct symbol from trades order by 1"));
        dynamic row = connection.QueryFirst("select symbol, price from trades order by price desc");
        Assert.Equal("AIG", row.symbol);
    }

    [Fact]
    public async Task Dapper_reads_asynchronously_and_opens_what_is_closed()
    {
        using var connection = _store.OpenConnection();
        connection.Close();
        Assert.Equal(3, await connection.ExecuteScalarAsync<long>("select count(*) from trades"));
        Assert.Equal(ConnectionState.Closed, connection.State);
    }

    [Fact]
    public void Every_macro_and_view_is_there_and_a_table_takes_the_rows()
    {
        using var connection = _store.OpenConnection();
        using var command = connection.CreateCommand();
        command.CommandText = "select * from vwap('trades', '1 hour') order by all";
        using var reader = command.ExecuteReader();
        using var table = new DataTable { Locale = System.Globalization.CultureInfo.InvariantCulture };
        table.Load(reader);
        Assert.True(table.Rows.Count > 1);
        Assert.Equal(typeof(string), table.Columns["symbol"]!.DataType);
    }

    [Theory]
    [InlineData("copy (select 1) to '/tmp/hybrid-stolen.csv'")]
    [InlineData("attach '/tmp/hybrid-other.db'")]
    [InlineData("create table x as select 1")]
    [InlineData("set threads = 1")]
    [InlineData("select * from read_csv('/etc/passwd')")]
    [InlineData("select 1; drop view trades")]
    public void A_command_is_confined_as_the_prompt_is(string sql)
    {
        using var connection = _store.OpenConnection();
        Assert.Equal(StoreErrorKind.Usage, Assert.Throws<StoreException>(() => connection.Execute(sql)).Kind);
        using var session = _store.OpenSession();
        using var second = session.OpenConnection();
        Assert.Throws<StoreException>(() => second.Execute(sql));
    }

    [Fact]
    public void A_connection_sees_one_version_until_it_is_opened_again()
    {
        using var session = _store.OpenSession();
        using var connection = _store.OpenConnection();
        using var ofSession = session.OpenConnection();
        const string count = "select count(*) from trades";
        Assert.Equal([3L, 3L], [connection.ExecuteScalar<long>(count), ofSession.ExecuteScalar<long>(count)]);
        Ingest("b.csv", "IBM,2024-11-06 09:30:00,11,1");
        Assert.Equal([3L, 3L], [connection.ExecuteScalar<long>(count), ofSession.ExecuteScalar<long>(count)]);
        connection.Close();
        connection.Open();
        Assert.Equal(4, connection.ExecuteScalar<long>(count));
    }

    [Fact]
    public void Readers_of_one_connection_are_independent()
    {
        using var connection = _store.OpenConnection();
        using var first = connection.ExecuteReader("select range from range(100000)");
        using var second = connection.ExecuteReader("select range + 1 from range(100000)");
        for (var row = 0L; row < 100_000; row++)
        {
            Assert.True(first.Read() && second.Read());
            Assert.Equal(row, first.GetInt64(0));
            Assert.Equal(row + 1, second.GetInt64(0));
        }
    }

    [Fact]
    public async Task Cancel_and_tokens_stop_their_own_statement_only()
    {
        using var connection = _store.OpenConnection();
        using var other = connection.CreateCommand();
        other.CommandText = "select range from range(5000000)";
        using var reader = other.ExecuteReader();
        using var command = connection.CreateCommand();
        command.CommandText = LongQuery;
        var running = Task.Run(command.ExecuteScalar);
        while (!running.IsCompleted) command.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        using var source = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.Run(() => command.ExecuteScalarAsync(source.Token)));
        var rows = 0;
        while (reader.Read()) rows++;
        Assert.Equal(5_000_000, rows);
    }

    [Fact]
    public void A_command_that_takes_too_long_says_so()
    {
        using var connection = _store.OpenConnection();
        using var command = connection.CreateCommand();
        (command.CommandText, command.CommandTimeout) = (LongQuery, 1);
        Assert.Contains("1 s of its CommandTimeout", Assert.Throws<TimeoutException>(command.ExecuteScalar).Message);
    }

    [Fact]
    public void Whatever_is_disposed_first_an_open_reader_is_read_to_its_end_or_refuses()
    {
        var session = _store.OpenSession();
        using var connection = session.OpenConnection();
        using var reader = connection.ExecuteReader("select range from range(100000) order by hash(range)");
        Assert.True(reader.Read());
        session.Dispose();
        var rows = 1;
        while (reader.Read()) rows++;
        Assert.Equal(100_000, rows);
        Assert.Throws<ObjectDisposedException>(() => connection.ExecuteScalar<int>("select 1"));

        var own = _store.OpenConnection();
        var closed = own.ExecuteReader("select range from range(100000)");
        own.Dispose();
        Assert.True(closed.IsClosed);
        Assert.Throws<InvalidOperationException>(() => closed.Read());
        Assert.Throws<ObjectDisposedException>(own.Open);
    }

    [Fact]
    public void The_limits_of_the_options_hold()
    {
        using var connection = _store.OpenConnection(new QueryOptions { ThreadsMax = 1, MemoryBytesMax = 64 << 20, TemporaryBytesMax = 1 });
        Assert.Equal("1", connection.ExecuteScalar<string>("select current_setting('threads')"));
        var exception = Assert.Throws<StoreException>(() => connection.Query<long>("select range from range(50000000) order by hash(range)").AsList());
        Assert.Equal(StoreErrorKind.Environment, exception.Kind);
    }

    [Fact]
    public void What_a_store_has_not_is_refused_by_name()
    {
        using var connection = _store.OpenConnection();
        Assert.Throws<NotSupportedException>(() => connection.BeginTransaction());
        Assert.Throws<NotSupportedException>(() => connection.ChangeDatabase("other"));
        Assert.Throws<NotSupportedException>(() => connection.ConnectionString = "Data Source=elsewhere");
        Assert.Equal($"Data Source={_store.Paths.Root}", connection.ConnectionString);
        Assert.Equal(StoreErrorKind.Usage, Assert.Throws<StoreException>(() => connection.Execute("select $missing")).Kind);
        using var reader = connection.ExecuteReader("select 1 as one", commandType: CommandType.Text);
        Assert.Contains("There is no column 'onne'", Assert.Throws<ArgumentException>(() => reader.GetOrdinal("onne")).Message);
        Assert.Throws<NotSupportedException>(() => connection.Execute("trades", commandType: CommandType.TableDirect));
    }

    private void Ingest(string file, params string[] rows) => _program.RunOk(
        "ingest", _folder.Write("csv/" + file, "symbol,time,price,size\n" + string.Join('\n', rows) + "\n"), "--dataset", "trades", "--quiet");
}
