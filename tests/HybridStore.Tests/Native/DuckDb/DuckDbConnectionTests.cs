using DuckDB.NET.Native;
using HybridStore.Native.DuckDb;
using HybridStore.Tests.Support;
using Xunit;

namespace HybridStore.Tests.Native.DuckDb;

public sealed class DuckDbConnectionTests : IDisposable
{
    /// <summary>Far more work than any test waits for.</summary>
    private const string EndlessSql = "select count(*) from range(100000000000) a(i) where hash(i) = 1";

    private readonly DuckDbDatabase _database = DuckDbDatabase.Open(settings: new Dictionary<string, string> { ["threads"] = "2" });
    private readonly DuckDbConnection _connection;

    public DuckDbConnectionTests() => _connection = _database.Connect();

    public void Dispose()
    {
        _connection.Dispose();
        _database.Dispose();
    }

    [Theory]
    [InlineData("selec 1", DuckDBErrorType.Parser)]
    [InlineData("select x", DuckDBErrorType.Binder)]
    [InlineData("select * from nowhere", DuckDBErrorType.Catalog)]
    [InlineData("select 'a'::integer", DuckDBErrorType.Conversion)]
    [InlineData("select 9223372036854775807::bigint + i from range(2) t(i)", DuckDBErrorType.OutOfRange)]
    [InlineData("select * from read_csv('/nowhere/at/all.csv')", DuckDBErrorType.Io)]
    public void Query_that_fails_throws_duckdbs_kind_and_leaves_the_connection_usable(string sql, DuckDBErrorType kind)
    {
        var exception = Assert.Throws<DuckDbException>(() => _connection.Query(sql));
        Assert.Equal(kind, exception.Kind);
        Assert.NotEmpty(exception.Message);
        Assert.Equal(1, Scalar("select 1::bigint"));
    }

    [Theory]
    [InlineData("selec 1", DuckDBErrorType.Parser)]
    [InlineData("select x", DuckDBErrorType.Binder)]
    [InlineData("select * from nowhere", DuckDBErrorType.Catalog)]
    public void Prepare_that_fails_throws_duckdbs_kind(string sql, DuckDBErrorType kind) =>
        Assert.Equal(kind, Assert.Throws<DuckDbException>(() => _connection.Prepare(sql)).Kind);

    [Theory]
    [InlineData("")]
    [InlineData("-- nothing")]
    [InlineData("select 1; select 2")]
    public void Prepare_takes_exactly_one_statement(string sql) =>
        Assert.Equal(DuckDBErrorType.Parser, Assert.Throws<DuckDbException>(() => _connection.Prepare(sql)).Kind);

    [Theory]
    [InlineData("", 0)]
    [InlineData("select ';'", 1)]
    [InlineData("select 1; select 2;", 2)]
    public void Parse_counts_statements(string sql, int expected)
    {
        using var statements = _connection.Parse(sql);
        Assert.Equal(expected, statements.Count);
        Assert.Throws<ArgumentOutOfRangeException>(() => statements.Prepare(expected));
    }

    [Fact]
    public void Parse_keeps_what_belongs_to_one_pivot_together()
    {
        using var statements = _connection.Parse("pivot (values ('a', 1), ('b', 2)) t(k, v) on k using sum(v)");
        Assert.Equal(2, statements.Count);
        using (var type = statements.Prepare(0))
        {
            Assert.Equal(DuckDBStatementType.Create, type.Kind);
            type.Execute().Dispose();
        }

        using var select = statements.Prepare(1);
        using var result = select.ExecuteStreaming();
        Assert.Equal(["a", "b"], result.Columns.Select(column => column.Name));
    }

    [Fact]
    public void Execute_returns_the_rows_changed()
    {
        Assert.Equal(0, _connection.Execute("create table t(i integer)"));
        Assert.Equal(3, _connection.Execute("insert into t values (1), (2), (3)"));
        Assert.Equal(2, _connection.Execute("delete from t where i > 1"));
    }

    [Fact]
    public void A_token_cancelled_before_stops_before_the_statement_starts() =>
        Assert.Throws<OperationCanceledException>(() => _connection.Query("select 1", new CancellationToken(canceled: true)));

    [Fact]
    public void A_token_cancelled_while_running_stops_the_statement_and_leaves_the_connection_usable()
    {
        using var source = new CancellationTokenSource();
        source.CancelAfter(TimeSpan.FromMilliseconds(50));
        Assert.ThrowsAny<OperationCanceledException>(() => _connection.Query(EndlessSql, source.Token));
        Assert.Equal(1, Scalar("select 1::bigint"));
    }

    [Fact]
    public void A_token_cancelled_while_a_streaming_result_is_read_stops_the_reader()
    {
        using var source = new CancellationTokenSource();
        using var statement = _connection.Prepare("select i from range(100000000000) t(i)");
        using (var result = statement.ExecuteStreaming(source.Token))
        {
            Assert.True(result.Read());
            source.Cancel();
            Assert.ThrowsAny<OperationCanceledException>(() =>
            {
                while (result.Read())
                {
                }
            });
        }

        Assert.Equal(1, Scalar("select 1::bigint"));
    }

    [Fact]
    public void Interrupt_from_another_thread_fails_the_statement_as_interrupted()
    {
        using var timer = new Timer(_ => _connection.Interrupt(), null, TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(20));
        Assert.Equal(DuckDBErrorType.Interrupt, Assert.Throws<DuckDbException>(() => _connection.Query(EndlessSql)).Kind);
    }

    [Fact]
    public void ProgressPercent_rises_while_a_statement_runs()
    {
        Assert.Null(_connection.ProgressPercent);
        _connection.Execute("set enable_progress_bar_print = false; set progress_bar_time = 0; set enable_progress_bar = true");
        _connection.Execute("create table t as select i from range(20000000) t(i)");
        using var source = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var finished = false;
        var statement = new Thread(() =>
        {
            try
            {
                using var result = _connection.Query("select count(*) from t where hash(sha256(i::varchar)) = 1", source.Token);
            }
            catch (OperationCanceledException)
            {
                // It was seen to progress; the rest of it is of no interest.
            }

            Volatile.Write(ref finished, true);
        });
        statement.Start();
        // A thread of its own looks: a timer's may come too late on a busy machine.
        double? seen = null;
        while (seen is null && !Volatile.Read(ref finished))
        {
            if (_connection.ProgressPercent is > 0 and var percent) seen = percent;
        }

        source.Cancel();
        statement.Join();
        Assert.InRange(seen ?? 0, double.Epsilon, 100);
    }

    [Fact]
    public void Open_with_an_unknown_setting_says_which()
    {
        var exception = Assert.Throws<DuckDbException>(() => DuckDbDatabase.Open(settings: new Dictionary<string, string> { ["no_such_setting"] = "1" }));
        Assert.Contains("no_such_setting", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_of_a_file_that_is_no_database_fails()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("not.db", new string('x', 10_000));
        Assert.Throws<DuckDbException>(() => DuckDbDatabase.Open(path));
    }

    [Fact]
    public void A_database_file_is_there_after_reopening()
    {
        using var folder = new TemporaryFolder();
        using (var database = DuckDbDatabase.Open(folder.File("a.db")))
        using (var connection = database.Connect()) connection.Execute("create table t as select 42::bigint as x");
        using var again = DuckDbDatabase.Open(folder.File("a.db"));
        using var reader = again.Connect();
        using var result = reader.Query("select x from t");
        Assert.True(result.Read());
        Assert.Equal(42, result.Chunk.Column(0).Values<long>()[0]);
    }

    [Fact]
    public void A_connection_that_is_disposed_is_refused()
    {
        var connection = _database.Connect();
        connection.Dispose();
        connection.Dispose();
        Assert.Throws<ObjectDisposedException>(() => connection.Query("select 1"));
    }

    [Fact]
    public void A_connection_outlives_the_handle_of_its_database()
    {
        var database = DuckDbDatabase.Open();
        using var connection = database.Connect();
        database.Dispose();
        using var result = connection.Query("select 7::bigint");
        Assert.True(result.Read());
    }

    private long Scalar(string sql)
    {
        using var result = _connection.Query(sql);
        Assert.True(result.Read());
        return result.Chunk.Column(0).Values<long>()[0];
    }
}
