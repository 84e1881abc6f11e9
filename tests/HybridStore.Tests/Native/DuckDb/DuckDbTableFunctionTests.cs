using System.Text;
using DuckDB.NET.Native;
using HybridStore.Native.DuckDb;
using Xunit;

namespace HybridStore.Tests.Native.DuckDb;

public sealed class DuckDbTableFunctionTests : IDisposable
{
    private readonly DuckDbDatabase _database = DuckDbDatabase.Open(settings: new Dictionary<string, string> { ["threads"] = "1" });
    private readonly DuckDbConnection _connection;

    public DuckDbTableFunctionTests()
    {
        _connection = _database.Connect();
        DuckDbTableFunction.Register(_connection);
    }

    public void Dispose()
    {
        _connection.Dispose();
        _database.Dispose();
    }

    [Fact]
    public void Rows_of_a_source_arrive_in_order_with_nulls_and_long_strings()
    {
        using var source = new NumberSource(10_000);
        using var lease = DuckDbTableFunction.Lend(source);
        using var result = _connection.Query($"select number, text from {lease.Sql}");
        var expected = 0L;
        while (result.Read())
        {
            for (var row = 0; row < result.Chunk.RowCount; row++, expected++)
            {
                Assert.Equal(expected, result.Chunk.Column(0).Values<long>()[row]);
                Assert.Equal(expected % 10 == 3, result.Chunk.Column(1).IsNull(row));
                if (expected % 10 != 3) Assert.Equal($"the text of number {expected}", Encoding.UTF8.GetString(result.Chunk.Column(1).Bytes(row)));
            }
        }

        Assert.Equal(10_000, expected);
    }

    [Fact]
    public void A_statement_that_only_counts_asks_for_no_column()
    {
        using var source = new NumberSource(5_000);
        using var lease = DuckDbTableFunction.Lend(source);
        using var result = _connection.Query($"select count(*) from {lease.Sql}");
        Assert.True(result.Read());
        Assert.Equal(5_000, result.Chunk.Column(0).Values<long>()[0]);
        Assert.False(source.HasWrittenText);
    }

    [Fact]
    public void An_exception_of_the_source_reaches_the_caller_and_leaves_the_connection_usable()
    {
        using var source = new NumberSource(10_000) { FailAt = 4_096 };
        using (var lease = DuckDbTableFunction.Lend(source))
        {
            var exception = Assert.Throws<DuckDbException>(() => _connection.Query($"select sum(number) from {lease.Sql}"));
            Assert.Contains("broken at 4096", exception.Message, StringComparison.Ordinal);
            Assert.Contains("broken at 4096", Assert.Throws<InvalidDataException>(lease.ThrowIfSourceFailed).Message, StringComparison.Ordinal);
        }

        using var result = _connection.Query("select 1");
        Assert.True(result.Read());
    }

    [Fact]
    public void A_source_that_was_given_back_is_not_found()
    {
        using var source = new NumberSource(1);
        var lease = DuckDbTableFunction.Lend(source);
        lease.ThrowIfSourceFailed();
        lease.Dispose();
        Assert.Throws<DuckDbException>(() => _connection.Query($"from {lease.Sql}"));
    }

    [Fact]
    public void A_null_for_the_id_is_refused() => Assert.Throws<DuckDbException>(() => _connection.Query("from hybrid_rows(null::bigint)"));

    private sealed class NumberSource(int count) : IDuckDbRowSource, IDisposable
    {
        private int _next;

        internal int FailAt { get; init; } = int.MaxValue;

        internal bool HasWrittenText { get; private set; }

        public IReadOnlyList<DuckDbColumn> Columns { get; } =
            [new("number", DuckDbTypeInfo.Create(DuckDBType.BigInt)), new("text", DuckDbTypeInfo.Create(DuckDBType.Varchar))];

        public int Fill(DuckDbChunkWriter chunk)
        {
            if (_next >= FailAt) throw new InvalidDataException($"broken at {_next}");
            var rowCount = Math.Min(DuckDbChunkWriter.RowsMax, count - _next);
            for (var column = 0; column < chunk.ColumnCount; column++)
            {
                if (chunk.SourceColumn(column) == 0)
                {
                    var numbers = chunk.Values<long>(column);
                    for (var row = 0; row < rowCount; row++) numbers[row] = _next + row;
                }
                else if (chunk.SourceColumn(column) == 1)
                {
                    HasWrittenText = true;
                    FillText(chunk, column, rowCount);
                }
            }

            _next += rowCount;
            return rowCount;
        }

        public void Dispose()
        {
            foreach (var column in Columns) column.Type.Dispose();
        }

        private void FillText(DuckDbChunkWriter chunk, int column, int rowCount)
        {
            var mask = chunk.ValidityMask(column);
            mask.Fill(ulong.MaxValue);
            for (var row = 0; row < rowCount; row++)
            {
                if ((_next + row) % 10 == 3) mask[row / 64] &= ~(1UL << (row % 64));
                else chunk.SetBytes(column, row, Encoding.UTF8.GetBytes($"the text of number {_next + row}"));
            }
        }
    }
}
