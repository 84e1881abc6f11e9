using System.Text;
using DuckDB.NET.Native;
using HybridStore.Native.DuckDb;
using Xunit;

namespace HybridStore.Tests.Native.DuckDb;

public sealed class DuckDbStatementTests : IDisposable
{
    private readonly DuckDbDatabase _database = DuckDbDatabase.Open();
    private readonly DuckDbConnection _connection;

    public DuckDbStatementTests() => _connection = _database.Connect();

    public void Dispose()
    {
        _connection.Dispose();
        _database.Dispose();
    }

    [Fact]
    public void Bind_of_every_kind_of_value_arrives()
    {
        AssertBound(null, "NULL");
        AssertBound(true, "true");
        AssertBound(-5, "-5");
        AssertBound(long.MaxValue, "9223372036854775807");
        AssertBound(0.1, "0.1");
        AssertBound("it's 日本", "it's 日本");
        AssertBound("", "");
        AssertBound(new DateOnly(2024, 2, 29), "2024-02-29");
        AssertBound(new DateTime(2024, 2, 29, 1, 2, 3, 4), "2024-02-29 01:02:03.004");
        AssertBound(new DateTime(1900, 1, 1), "1900-01-01 00:00:00");
    }

    [Fact]
    public void Bind_of_another_type_or_another_parameter_is_refused()
    {
        using var statement = _connection.Prepare("select ?");
        Assert.Throws<ArgumentException>(() => statement.Bind(1, new object()));
        Assert.Throws<ArgumentException>(() => statement.Bind(2, 1));
        Assert.Throws<ArgumentException>(() => statement.Bind(0, 1));
    }

    [Fact]
    public void ParameterName_is_the_name_or_the_number()
    {
        using var named = _connection.Prepare("select $from, $to, $from");
        Assert.Equal(2, named.ParameterCount);
        Assert.Equal(["from", "to"], Enumerable.Range(1, 2).Select(named.ParameterName));
        using var numbered = _connection.Prepare("select ?, ?");
        Assert.Equal(["1", "2"], Enumerable.Range(1, 2).Select(numbered.ParameterName));
        Assert.Throws<ArgumentOutOfRangeException>(() => numbered.ParameterName(3));
    }

    [Theory]
    [InlineData("select 1", DuckDBStatementType.Select)]
    [InlineData("from range(3)", DuckDBStatementType.Select)]
    [InlineData("values (1)", DuckDBStatementType.Select)]
    [InlineData("with x as (select 1) from x", DuckDBStatementType.Select)]
    [InlineData("describe t", DuckDBStatementType.Select)]
    [InlineData("show tables", DuckDBStatementType.Select)]
    [InlineData("summarize t", DuckDBStatementType.Select)]
    [InlineData("explain select 1", DuckDBStatementType.Explain)]
    [InlineData("explain analyze copy t to '/nowhere/x'", DuckDBStatementType.Explain)]
    [InlineData("copy t to '/nowhere/x'", DuckDBStatementType.Copy)]
    [InlineData("insert into t values (1)", DuckDBStatementType.Insert)]
    [InlineData("create table u(i integer)", DuckDBStatementType.Create)]
    [InlineData("set threads = 1", DuckDBStatementType.Set)]
    [InlineData("attach ':memory:' as a", DuckDBStatementType.Attach)]
    [InlineData("drop table t", DuckDBStatementType.Drop)]
    public void Kind_says_what_a_statement_does(string sql, DuckDBStatementType kind)
    {
        _connection.Execute("create table t(i integer)");
        using var statement = _connection.Prepare(sql);
        Assert.Equal(kind, statement.Kind);
    }

    [Fact]
    public void ExecuteStreaming_reads_many_chunks_in_order_without_holding_them()
    {
        using var statement = _connection.Prepare("select i, 'row ' || i from range(?) t(i)");
        statement.Bind(1, 1_000_000L);
        using var result = statement.ExecuteStreaming();
        Assert.Equal(["i", "('row ' || i)"], result.Columns.Select(column => column.Name));
        var expected = 0L;
        while (result.Read())
        {
            var chunk = result.Chunk;
            Assert.InRange(chunk.RowCount, 1, 2048);
            Assert.Equal(2, chunk.ColumnCount);
            var numbers = chunk.Column(0).Values<long>();
            for (var row = 0; row < chunk.RowCount; row++) Assert.Equal(expected++, numbers[row]);
            Assert.Equal($"row {expected - 1}", Encoding.UTF8.GetString(chunk.Column(1).Bytes(chunk.RowCount - 1)));
        }

        Assert.Equal(1_000_000, expected);
        Assert.False(result.Read());
        Assert.Throws<InvalidOperationException>(() => result.Chunk.RowCount);
    }

    [Fact]
    public void ExecuteStreaming_that_fails_midway_throws_while_it_is_read()
    {
        using var statement = _connection.Prepare("select case when i = 500000 then error('stop here') else i end from range(1000000) t(i)");
        using var result = statement.ExecuteStreaming();
        var exception = Assert.Throws<DuckDbException>(() =>
        {
            while (result.Read())
            {
            }
        });
        Assert.Contains("stop here", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_statement_runs_again_with_other_values()
    {
        using var statement = _connection.Prepare("select ?::bigint * 2");
        foreach (var value in new[] { 1L, 21L })
        {
            statement.Bind(1, value);
            using var result = statement.Execute();
            Assert.True(result.Read());
            Assert.Equal(value * 2, result.Chunk.Column(0).Values<long>()[0]);
        }
    }

    [Fact]
    public void A_result_without_rows_still_has_columns()
    {
        using var statement = _connection.Prepare("select 1::bigint as a, 'x' as b where false");
        using var result = statement.ExecuteStreaming();
        Assert.Equal(["a", "b"], result.Columns.Select(column => column.Name));
        Assert.False(result.Read());
    }

    [Fact]
    public void A_result_that_is_disposed_is_refused()
    {
        var result = _connection.Query("select 1");
        result.Dispose();
        result.Dispose();
        Assert.Throws<ObjectDisposedException>(() => result.Read());
        Assert.Throws<ObjectDisposedException>(() => result.Columns);
    }

    private void AssertBound(object? value, string expected)
    {
        using var statement = _connection.Prepare("select coalesce($1::varchar, 'NULL')");
        statement.Bind(1, value);
        using var result = statement.Execute();
        Assert.True(result.Read());
        Assert.Equal(expected, Encoding.UTF8.GetString(result.Chunk.Column(0).Bytes(0)));
    }
}
